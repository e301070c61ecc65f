import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Operation } from '@/contracts/operation'
import {
  makeKey,
  makeMember,
  makePractice,
  makeServiceAccount,
  twoClubs,
  useDatabase,
  type Member,
} from '../support/club'
import type { RawResponse } from '../support/raw-http'
import { useRows } from '../support/rows'
import { useServer } from '../support/server'
import {
  browser,
  forgetAttempts,
  givePassword,
  membershipOf,
  setMembership,
  signIn,
} from '../support/sign-in'
import { operations } from '../support/tenancy'

/** G9 for every operation, from the registry: a change and its audit row are one transaction's. */

type Act = { path?: Record<string, string>; body?: object }
type Name = keyof typeof operations

/**
 * How each operation is made to change something: on rows of its own, by somebody who may. `me` is an admin
 * and a coach.
 */
const ACTS: Partial<Record<Name, (me: Member) => Promise<Act> | Act>> = {
  createApiKey: () => ({ body: { name: 'made', scopes: ['practices:read'] } }),
  updateApiKey: async (me) => ({ path: await keyOf(me), body: { name: 'renamed' } }),
  revokeApiKey: async (me) => ({ path: await keyOf(me) }),
  rotateApiKey: async (me) => ({ path: await keyOf(me) }),
  revokeApiKeys: async (me) => ({ body: { ids: [(await keyOf(me)).id] } }),
  deleteApiKey: async (me) => {
    const { id } = await keyOf(me)
    await rows.query(`UPDATE "ApiKey" SET "revokedAt" = now() WHERE "id" = $1`, [id])
    return { path: { id } }
  },
  createPractice: () => ({ body: { title: 'made', startsAt: '2027-05-01T10:00:00Z' } }),
  updatePractice: async (me) => ({ path: await practiceOf(me), body: { title: 'changed' } }),
  deletePractice: async (me) => ({ path: await practiceOf(me) }),
  inviteMember: () => ({ body: { email: `${randomUUID()}@example.test`, roles: ['COACH'] } }),
  // Somebody whom nobody but this club knows: there is a link to hand over.
  resendInvitation: async (me) => {
    const mate = await makeMember(me.clubId, ['COACH'])
    await rows.query(`UPDATE "User" SET "emailVerified" = NULL WHERE "id" = $1`, [mate.userId])
    return { path: { id: (await membershipOf(mate)).id } }
  },
  updateMember: async (me) => ({ path: await mateOf(me), body: { roles: ['ATHLETE'] } }),
  removeMember: async (me) => ({ path: await mateOf(me) }),
  handOverKeys: async (me) => {
    const mate = await makeMember(me.clubId, ['COACH'])
    const { id } = await makeKey(mate, { scopes: ['practices:read'] })
    const account = await makeServiceAccount(me.clubId, ['COACH'])
    return {
      path: { id: (await membershipOf(mate)).id },
      body: { keyIds: [id], serviceAccountId: account.id },
    }
  },
  createServiceAccount: () => ({ body: { name: `robot ${randomUUID()}`, roles: ['COACH'] } }),
  updateServiceAccount: async (me) => ({
    path: await accountOf(me),
    body: { name: `robot ${randomUUID()}` },
  }),
  removeServiceAccount: async (me) => ({ path: await accountOf(me) }),
  updateClubPolicy: () => ({ body: { maxKeyDays: 100 + Math.floor(Math.random() * 200) } }),
}

/** Operations that change nothing although their method says so, each with its reason. */
const CHANGES_NOTHING = new Map<string, string>()

/** Verbs of server actions that no operation runs, and why no club's audit log knows them. */
const OF_NO_CLUB = new Map([
  ['changePassword', 'a person’s own, on record in each of their clubs'],
  ['configuredProviders', 'reads only'],
  ['notFound', 'a refusal'],
  ['requestPasswordLink', 'a stranger’s: what the link does is on record'],
  ['sessionCookie', 'seals a cookie'],
  ['signOutEverywhere', 'a person’s own, on record in each of their clubs'],
  ['startLinking', 'gives leave; the linking is on record in each of their clubs'],
  ['unlinkIdentity', 'a person’s own, on record in each of their clubs'],
  ['peekSetPasswordLink', 'reads only'],
  ['setPassword', 'a person’s own, on record in each of their clubs'],
])

const database = useDatabase()
const server = useServer(database.url)
const rows = useRows(database.directUrl)

let me: Member
let slug: string
let cookie: string
let key: { id: string; token: string }
beforeAll(async () => {
  await forgetAttempts()
  const { home } = await twoClubs()
  await setMembership(home.admin, { roles: ['CLUB_ADMIN', 'COACH'] })
  me = { ...home.admin, roles: ['CLUB_ADMIN', 'COACH'] }
  slug = home.slug
  await givePassword(me)
  cookie = await signIn(server(), me)
  key = await makeKey(me)
})

const keyOf = async (me: Member) => {
  // Within what the key that asks may change: its own owner's, with no more than it has.
  const { id } = await makeKey(me, { scopes: ['practices:read'] })
  return { id }
}
const practiceOf = async (me: Member) => ({ id: (await makePractice(me)).id })
const accountOf = async (me: Member) => ({ id: (await makeServiceAccount(me.clubId, ['COACH'])).id })
const mateOf = async ({ clubId }: Member) => ({
  id: (await membershipOf(await makeMember(clubId, ['COACH']))).id,
})

const changing = (Object.entries(operations) as [Name, Operation][]).filter(
  ([, { method }]) => method !== 'GET',
)

it.each(changing.map(([name]) => name))('knows how %s is done, or why it leaves no audit row', (name) => {
  if (ACTS[name] || CHANGES_NOTHING.has(name)) return
  throw new Error(
    `${name} may change something, and no test requires its audit row: write into ACTS here how it is done, or into CHANGES_NOTHING why it leaves none`,
  )
})

describe.each(changing.filter(([name]) => ACTS[name]))('G9: %s', (name, operation) => {
  const target = ({ path: values = {} }: Act) =>
    operation.path.replaceAll(/\{(\w+)\}/g, (_, field: string) => values[field]!)

  it('leaves an audit row with its change, by session', async () => {
    const act = await ACTS[name]!(me)
    const ask = browser(server(), cookie, slug)
    await expectOnRecord(() => ask({ method: operation.method, path: target(act), body: act.body }), {
      actorKind: 'session',
      actorUserId: me.userId,
      actorKeyId: null,
    })
  })

  if (!operation.sessionOnly)
    it('leaves an audit row with its change, by key', async () => {
      const act = await ACTS[name]!(me)
      await expectOnRecord(() => server().call(operation.method, target(act), key.token, act.body), {
        actorKind: 'api_key',
        actorUserId: me.userId,
        actorKeyId: key.id,
      })
    })

  async function expectOnRecord(run: () => Promise<RawResponse>, actor: object): Promise<void> {
    const before = new Set((await everyRow()).map(({ row }) => row))
    const answer = await run()
    expect({ status: answer.status, body: answer.body }).toMatchObject({ status: operation.status })
    const after = await everyRow()
    const written = after.filter(({ row }) => !before.has(row))
    const events = written.filter(({ table }) => table === 'AuditEvent')
    expect({ [`audit rows of ${name}`]: events.length }).not.toEqual({ [`audit rows of ${name}`]: 0 })
    for (const event of events)
      expect(JSON.parse(event.row)).toMatchObject({
        ...actor,
        clubId: me.clubId,
        requestId: answer.headers['x-request-id'],
      })

    const left = new Set(after.map(({ row }) => row))
    const changed = written.filter(({ table }) => table !== 'AuditEvent')
    const gone = [...before].filter((row) => !left.has(row))
    expect(changed.length + gone.length).toBeGreaterThan(0)
    // One transaction wrote it all.
    expect(new Set(written.map(({ transaction }) => transaction)).size).toBe(1)
  }
})

type Row = { table: string; row: string; transaction: string }

/** Tables of counts, which every call writes, whatever it does. */
const COUNTS = [
  'ApiKeyUse',
  'ApiKeyScopeUse',
  'ApiKeyUsage',
  'UsageWriter',
  'RateLimiterFlexible',
  '_prisma_migrations',
]

async function everyRow(): Promise<Row[]> {
  const tables = await rows.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND relname <> ALL ($1)`,
    [COUNTS],
  )
  const selects = tables.rows.map(
    ({ name }) =>
      `SELECT '${name}' AS table, to_jsonb(t)::text AS row, xmin::text AS transaction FROM "${name}" t`,
  )
  return (await rows.query<Row>(selects.join(' UNION ALL '))).rows
}

describe('the server actions', () => {
  const importsOf = (file: string) =>
    [...readFileSync(file, 'utf8').matchAll(/import \{([^}]*)\} from '@\/lib\/[^']*'/g)].flatMap(
      ([, names]) => names!.split(',').map((name) => name.trim()),
    )
  const files = readdirSync('src/app', { recursive: true, encoding: 'utf8' }).map((name) =>
    path.join('src/app', name),
  )
  const behindRoutes = new Set(files.filter((file) => /\/route\.ts$/.test(file)).flatMap(importsOf))
  const actions = files.filter(
    (file) => /\.tsx?$/.test(file) && /^\s*['"]use server['"]/m.test(readFileSync(file, 'utf8')),
  )

  it.each(actions)(
    'run the verbs of operations, which leave their audit rows, and few others: %s',
    (file) => {
      const verbs = importsOf(file).filter((name) => /^[a-z]/.test(name) && name !== 'invalid')
      expect(verbs).not.toEqual([])
      expect(verbs.filter((verb) => !behindRoutes.has(verb) && !OF_NO_CLUB.has(verb))).toEqual([])
    },
  )

  it('are all found', () => expect(actions.length).toBeGreaterThan(4))
})
