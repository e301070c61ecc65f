import { randomUUID } from 'node:crypto'
import { encode } from 'next-auth/jwt'
import { readSessionCookie } from '@/lib/sign-in/session-token'
import { env } from '@/lib/env'

const encoded = (part: object | Buffer) =>
  (Buffer.isBuffer(part) ? part : Buffer.from(JSON.stringify(part))).toString('base64url')
const forged = (header: object) =>
  [{ ...header }, Buffer.alloc(72, 1), Buffer.alloc(12), Buffer.alloc(64), Buffer.alloc(16)]
    .map(encoded)
    .join('.')

/** Processor time of reading a cookie a hundred times, in milliseconds. */
async function cost(cookie: string): Promise<number> {
  const before = process.cpuUsage()
  for (let i = 0; i < 100; i++) await readSessionCookie(cookie)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

const claims = { sub: randomUUID(), sid: randomUUID() }
const ours = () => encode({ token: claims, secret: env().NEXTAUTH_SECRET ?? '' })

describe('a session cookie', () => {
  it('is read when it is ours', async () => {
    expect(await readSessionCookie(await ours())).toEqual({ userId: claims.sub, sessionId: claims.sid })
  })

  // RFC 7518 §4.8: the sender says how often their password is to be hashed.
  it.each(['PBES2-HS256+A128KW', 'PBES2-HS512+A256KW'])(
    'that is forged costs no more than a good one: %s',
    async (alg) => {
      const good = await ours()
      const bad = forged({ alg, enc: 'A256GCM', p2c: 10_000, p2s: encoded(Buffer.alloc(16)) })
      await Promise.all([cost(good), cost(bad)])
      expect(await readSessionCookie(bad)).toBeNull()
      expect(await cost(bad)).toBeLessThan(await cost(good))
    },
  )
})
