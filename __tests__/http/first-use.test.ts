import { hash } from '@node-rs/bcrypt'
import { getAuthContext } from '@/http/context'
import { holdsToken } from '@/lib/auth/token'
import { redact } from '@/lib/redact'
import { useDatabase } from '../support/club'
import { oldToken, useImports } from '../support/importing'

process.env.API_KEY_BCRYPT = 'on'
process.env.API_KEY_OLD_PREFIXES = 'acme_,old-'

useDatabase()
const { coach, take } = useImports()

const BCRYPT = { kind: 'bcrypt', prefix: 'acme_', minBits: 192 } as const

const call = (headers: Record<string, string>, url = 'http://localhost/api/v1/whoami') =>
  getAuthContext(new Request(url, { headers })).then(
    ({ actor }) => actor.userId,
    ({ code }: { code: string }) => code,
  )

async function imported(count: number): Promise<string[]> {
  const tokens = Array.from({ length: count }, oldToken)
  const cells = await Promise.all(
    tokens.map(async (token) => ({
      digest: await hash(token, 4),
      lookup: token.slice(0, 13),
      owner: coach().email,
    })),
  )
  expect((await take(cells, BCRYPT)).totals.imported).toBe(count)
  return tokens
}

it('a client with an old token is let in at its first call, as bearer and as X-API-Key', async () => {
  const [one, other] = await imported(2)
  expect(await call({ authorization: `Bearer ${one}` })).toBe(coach().userId)
  expect(await call({ 'x-api-key': other! })).toBe(coach().userId)
  expect(await call({ authorization: `Bearer ${one!.slice(0, -1)}` })).toBe('invalid_token')
})

it('200 clients move with traffic running: no good call is refused', async () => {
  const tokens = await imported(200)
  const answers = new Set<string | null>()
  for (let from = 0; from < tokens.length; from += 20)
    for (const answer of await Promise.all(
      tokens.slice(from, from + 20).flatMap((token) => {
        const headers = { authorization: `Bearer ${token}` }
        return [call(headers), call(headers)]
      }),
    ))
      answers.add(answer)
  expect(answers).toEqual(new Set([coach().userId]))
}, 60_000)

it('an old token is kept out of logs, URLs and notes like one of ours', async () => {
  const token = oldToken()
  expect(redact(`GET /x?key=${token}&y=1 old-abcdefgh12345678`)).toBe('GET /x?key=[redacted]&y=1 [redacted]')
  expect(redact(JSON.stringify({ note: `a ${token}` }))).toBe('{"note":"a [redacted]"}')
  expect(holdsToken(`note: ${token}`)).toBe(true)
  expect(holdsToken('an old-fashioned acme_thing')).toBe(false)
  const [good] = await imported(1)
  expect(await call({ authorization: `Bearer ${good}` }, `http://localhost/api/v1/whoami?k=${good}`)).toBe(
    'invalid_request',
  )
})
