import type { ApiParameter } from './described'

type Call = {
  method: string
  path: string
  values: Readonly<Record<string, string>>
  body: string | null
  token: string
}

/** An answer, in words that can be shown. */
export type CallAnswer = { said: string; headers: string; body: string }

const SHOWN = ['ratelimit', 'retry-after', 'www-authenticate', 'x-request-id', 'idempotent-replayed']

/**
 * Makes a call of this very server: the address is a path, no cookie goes with it, and no redirect is
 * followed, so that the key reaches nobody else.
 */
export async function sendCall(call: Call, parameters: readonly ApiParameter[]): Promise<CallAnswer> {
  const { method, body, token, values } = call
  const asked = parameters.filter(({ place, name }) => place === 'header' && values[name])
  const headers = {
    ...(token !== '' && { Authorization: `Bearer ${token.trim()}` }),
    ...(body !== null && { 'Content-Type': 'application/json' }),
    ...Object.fromEntries(asked.map(({ name }) => [name, values[name] ?? ''])),
  }
  const start = performance.now()
  try {
    const answer = await fetch(addressOf(call, parameters), {
      method,
      headers,
      credentials: 'omit',
      redirect: 'error',
      cache: 'no-store',
      ...(body !== null && { body }),
    })
    const text = await answer.text()
    const took = Math.round(performance.now() - start)
    const told = SHOWN.flatMap((name) =>
      answer.headers.has(name) ? [`${name}: ${answer.headers.get(name)}\n`] : [],
    )
    return { said: `${answer.status} in ${took} ms`, headers: told.join('').trim(), body: indented(text) }
  } catch {
    return {
      said: 'No answer',
      headers: '',
      body: 'The server did not answer, or the key holds a character that no header may.',
    }
  }
}

function addressOf({ path, values }: Call, parameters: readonly ApiParameter[]): string {
  const filled = path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''))
  const query = new URLSearchParams()
  for (const { name, place } of parameters)
    if (place === 'query' && values[name]) query.set(name, values[name])
  return query.size > 0 ? `${filled}?${query}` : filled
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
