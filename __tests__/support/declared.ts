import { definition } from '@/contracts/definition'
import type { Operation } from '@/contracts/operation'
import { refusalsOf } from '@/contracts/refusals'

/**
 * Whether an operation may refuse like this at all, by its contract and so by the API document. Every answer that a test gets is asked.
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
  const all = Object.entries(definition().operations)
  const stands = ({ path: written }: Operation) =>
    all.some(([, one]) => one.path === path)
      ? written === path
      : new RegExp(`^${written.replace('{id}', '[^/]+')}$`).test(path)
  const found = all.find(([, one]) => one.method === method && stands(one))
  if (!found || !code) return
  const [name, operation] = found
  if ((refusalsOf(operation) as string[]).includes(code)) return
  throw new Error(`${name} refuses with ${code} and does not declare it: add it to refuses in its contract`)
}
