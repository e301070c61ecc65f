import { definition } from '@/contracts/definition'
import { refusalsOf } from '@/contracts/refusals'

/** What is refused before any operation is reached, or whatever it is: the door, limits, bodies, the session's club. */
const BEFORE_ALL = new Set(['missing_credentials', 'rate_limited', 'forbidden', 'not_found', 'payload_too_large', 'internal_error']) // prettier-ignore

/**
 * Whether an operation may refuse like this at all, by its contract. Every answer that a test gets is asked.
 * @param target the path, with or without a query
 * @throws Error that says what to declare
 */
export function assertDeclared(
  method: string,
  target: string,
  answer: { type: string | undefined; body: string },
): void {
  if (!answer.type?.startsWith('application/problem+json')) return
  const { code } = JSON.parse(answer.body || '{}') as { code?: string }
  const path = target.split('?')[0]!
  const found = Object.entries(definition().operations).find(
    ([, one]) => one.method === method && new RegExp(`^${one.path.replace('{id}', '[^/]+')}$`).test(path),
  )
  if (!found || !code || BEFORE_ALL.has(code)) return
  const [name, operation] = found
  if ((refusalsOf(operation) as string[]).includes(code)) return
  throw new Error(`${name} refuses with ${code} and does not declare it: add it to refuses in its contract`)
}
