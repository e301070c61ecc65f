import { randomBytes } from 'node:crypto'
import { hash } from '@node-rs/bcrypt'
import { db } from '@/lib/db/client'
import { useDatabase } from '../support/club'
import { oldToken, useImports } from '../support/importing'
import { useServer } from '../support/server'
import { countStatements } from '../support/statements'

// A table of 1,000 clients, of whom only bcrypt hashes are known, moved while they call. Of cost 4, so that
// making the table takes seconds: what is shown is that nobody is refused, not how long bcrypt takes.

const CLIENTS = 1_000
/** Of those, so many call while the table still comes in. */
const AT_ONCE = 8

const database = useDatabase()
const server = useServer(database.url, { env: { API_KEY_BCRYPT: 'on', API_KEY_OLD_PREFIXES: 'acme_' } })
const { coach, take } = useImports()

const VERIFY = 'SELECT r."needed"%'
const ANY_OF_A_KEY = '%"digest"%'

it('1,000 bcrypt keys come in while clients call: none is refused, and then each costs what ours cost', async () => {
  const tokens = Array.from({ length: CLIENTS }, oldToken)
  const cells = await Promise.all(
    tokens.map(async (token) => ({
      digest: await hash(token, 4),
      lookup: token.slice(0, 13),
      owner: coach().email,
    })),
  )
  const statuses = new Map<number, number>()
  const call = async (token: string) => {
    const { status } = await server().call('GET', '/api/v1/whoami', token)
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    return status
  }
  /** Each client calls at its first use, and at once again, a few of them at a time. */
  const serve = async (some: readonly string[]) => {
    const waiting = [...some]
    const client = async () => {
      for (let token = waiting.pop(); token; token = waiting.pop()) {
        await Promise.all([call(token), call(token)])
        await call(token)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, client))
  }

  const half = CLIENTS / 2
  const rules = { kind: 'bcrypt', prefix: 'acme_', minBits: 192 } as const
  expect((await take(cells.slice(0, half), rules)).totals.imported).toBe(half)
  // The first half is served while the second comes in, beside somebody who guesses.
  const guesses = Array.from({ length: 50 }, () => `acme_${randomBytes(24).toString('base64url')}`)
  const [rest] = await Promise.all([take(cells.slice(half), rules), serve(tokens.slice(0, half))])
  expect(rest.totals.imported).toBe(half)
  expect(statuses).toEqual(new Map([[200, half * 3]]))
  await Promise.all([
    serve(tokens.slice(half)),
    (async () => {
      for (const guess of guesses)
        expect((await server().call('GET', '/api/v1/whoami', guess)).status).toBe(401)
    })(),
  ])
  expect(statuses).toEqual(new Map([[200, CLIENTS * 3]]))

  // Nothing is left to compute: every hash is gone, each upgraded once.
  expect(await db().slowHash.count({ where: { hash: { not: null } } })).toBe(0)
  expect(await db().auditEvent.count({ where: { action: 'api-key.upgrade' } })).toBe(CLIENTS)
  // From memory without a statement about keys, as ours are.
  const again = tokens.slice(0, 100)
  const statements = (like: string) =>
    countStatements(
      database.directUrl(),
      async () => {
        for (const token of again) expect(await call(token)).toBe(200)
      },
      like,
    )
  await statements(VERIFY)
  expect(await statements(ANY_OF_A_KEY)).toBe(0)
  // And where memory knows nothing of them, one each.
  await db().club.update({ where: { id: coach().clubId }, data: { name: 'Renamed' } })
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(await statements(ANY_OF_A_KEY)).toBeLessThanOrEqual(again.length)
}, 120_000)
