import { randomUUID } from 'node:crypto'
import type { Operation } from '@/contracts/operation'
import { definition } from '@/contracts/definition'
import { db } from '@/lib/db/client'
import { useApi } from '../support/api'
import { comparable, expectProblem } from '../support/answers'
import {
  makeClub,
  makeKey,
  makeMember,
  makePractice,
  useDatabase,
  type Member,
  type TestKey,
} from '../support/club'
import { bodyOf, fixtureOf, fixtures, rowFor } from '../support/fixtures'
import type { RawResponse } from '../support/raw-http'
import { useRows } from '../support/rows'
import { operations, ROLES, SCOPES, type Role, type Scope } from '../support/tenancy'
import { demand } from '../support/policy'

/**
 * club: every row of the club. published: its published practices. own: the owner's rows. no: 403, whatever
 * the id.
 */
type Reach = 'club' | 'published' | 'own' | 'no'
/** No scope grants it: for people who are signed in, whatever a key holds. */
const SESSION = 'session only'

/**
 * What a key lets its owner do, by DESIGN's "Roles, scopes, ability". An admin's writing to keys reaches the
 * club in a session alone.
 */
// prettier-ignore
const TABLE: Record<string, [scope: Scope | typeof SESSION | null, admin: Reach, coach: Reach, athlete: Reach, both: Reach]> = {
  //                scope              admin   coach   athlete      admin and coach
  whoami:          [null,              'own',  'own',  'own',       'own'],
  revokeOwnKey:    [null,              'own',  'own',  'own',       'own'],
  listApiKeys:     ['api-keys:read',   'club', 'own',  'own',       'club'],
  getApiKey:       ['api-keys:read',   'club', 'own',  'own',       'club'],
  createApiKey:    ['api-keys:write',  'own',  'own',  'own',       'own'],
  createHoneykey:  [SESSION,           'no',   'no',   'no',        'no'],
  updateApiKey:    ['api-keys:write',  'own',  'own',  'own',       'own'],
  revokeApiKey:    ['api-keys:write',  'own',  'own',  'own',       'own'],
  rotateApiKey:    ['api-keys:write',  'own',  'own',  'own',       'own'],
  revokeApiKeys:   ['api-keys:write',  'own',  'own',  'own',       'own'],
  deleteApiKey:    ['api-keys:write',  'own',  'own',  'own',       'own'],
  listPractices:   ['practices:read',  'club', 'club', 'published', 'club'],
  getPractice:     ['practices:read',  'club', 'club', 'published', 'club'],
  createPractice:  ['practices:write', 'no',   'club', 'no',        'club'],
  updatePractice:  ['practices:write', 'no',   'club', 'no',        'club'],
  deletePractice:  ['practices:write', 'no',   'club', 'no',        'club'],
  listMembers:     ['members:read',    'club', 'club', 'own',       'club'],
  getMember:       ['members:read',    'club', 'club', 'own',       'club'],
  inviteMember:    [SESSION,           'no',   'no',   'no',        'no'],
  resendInvitation: [SESSION,          'no',   'no',   'no',        'no'],
  withdrawInvitation: [SESSION,        'no',   'no',   'no',        'no'],
  makeInvitationLink: [SESSION,        'no',   'no',   'no',        'no'],
  givePasswordLink: [SESSION,          'no',   'no',   'no',        'no'],
  updateMember:    [SESSION,           'no',   'no',   'no',        'no'],
  removeMember:    [SESSION,           'no',   'no',   'no',        'no'],
  memberImpact:    [SESSION,           'no',   'no',   'no',        'no'],
  handOverKeys:    [SESSION,           'no',   'no',   'no',        'no'],
  listServiceAccounts:  [SESSION,      'no',   'no',   'no',        'no'],
  createServiceAccount: [SESSION,      'no',   'no',   'no',        'no'],
  getServiceAccount:    [SESSION,      'no',   'no',   'no',        'no'],
  updateServiceAccount: [SESSION,      'no',   'no',   'no',        'no'],
  removeServiceAccount: [SESSION,      'no',   'no',   'no',        'no'],
  getClub:         [SESSION,           'no',   'no',   'no',        'no'],
  updateClub:      [SESSION,           'no',   'no',   'no',        'no'],
  getClubPolicy:   [SESSION,           'no',   'no',   'no',        'no'],
  updateClubPolicy: [SESSION,          'no',   'no',   'no',        'no'],
  getUsage:        ['usage:read',      'club', 'own',  'own',       'club'],
  getApiKeyUsage:  ['usage:read',      'club', 'own',  'own',       'club'],
  listAuditEvents: ['audit:read',      'club', 'no',   'no',        'club'],
  introspectToken: ['tokens:introspect', 'club', 'no', 'no',        'club'],
}
const CALLERS = {
  admin: ['CLUB_ADMIN'],
  coach: ['COACH'],
  athlete: ['ATHLETE'],
  both: ['CLUB_ADMIN', 'COACH'],
} satisfies {
  [caller: string]: Role[]
}

/** What is sent where the fixture's good body is not what this asks. */
const SENT: Record<string, object> = {
  createApiKey: { name: 'made', scopes: ['api-keys:write'] },
  revokeApiKeys: { filter: { q: 'test' }, descendants: false, preview: true },
  handOverKeys: { keyIds: [randomUUID()], serviceAccountId: randomUUID() },
}

/** Where its rows are, and whose they are. */
const tableOf = (name: string): [table: string, owner: string | undefined] => {
  const { resource, owner } = fixtureOf(name)
  return [resource.model, owner]
}

/** The line of an operation: by hand, or for others what its contract says. */
function lineOf(name: string): (typeof TABLE)[string] {
  const known = TABLE[name]
  if (known) return known
  const { scope, can, sessionOnly } = operations[name as keyof typeof operations] as Operation
  const rules = scope === null ? [] : (definition().rules.get(scope) ?? [])
  const rule = rules.find(({ action, model }) => can?.[0] === action && can[1] === model)
  const reachOf = (role: Role): Reach => {
    const rows = rule?.byRole.get(role)
    if (rows === undefined) return 'no'
    if (rows === 'all') return 'club'
    return rows.status === 'PUBLISHED' ? 'published' : 'own'
  }
  const [admin, coach, athlete] = ROLES.map(reachOf) as [Reach, Reach, Reach]
  const both = [admin, coach].includes('club') ? 'club' : admin === 'no' ? coach : admin
  return [sessionOnly ? SESSION : (scope as Scope), admin, coach, athlete, both]
}

type Caller = keyof typeof CALLERS
type Kind =
  'own' | 'mates' | 'foreign' | 'foreignDraft' | 'missing' | 'anotherTables' | 'foreignUsers' | 'malformed'
const callers = Object.keys(CALLERS) as Caller[]
const registry = Object.entries<Operation>(operations)

const database = useDatabase()
const server = useApi(database.url)
const rows = useRows(database.directUrl)

type Club = {
  id: string
  people: Record<Caller, Member>
  mate: Member
  /** A key that others ask about. */
  asked: TestKey
  /** @param own of nobody else's, since the call ends it */
  makeToken: (caller: Caller, scopes: readonly Scope[], own?: boolean) => Promise<string>
}
let home: Club
let rival: Club
beforeAll(async () => {
  home = await setUpClub()
  rival = await setUpClub()
})

it('has no line for what is no operation, and a fixture for every operation', () => {
  const names = registry.map(([name]) => name)
  expect(Object.keys(TABLE).filter((name) => !names.includes(name))).toEqual([])
  names.forEach(fixtureOf)
})

describe.each(registry)('G3: %s', (name, operation) => {
  const [scope, ...columns] = lineOf(name)
  const reach = Object.fromEntries(callers.map((caller, i) => [caller, columns[i]])) as Record<Caller, Reach>
  const byId = operation.path.includes('{id}')
  const done = operation.status
  const call = async (token: string, id = '') =>
    server().call(
      operation.method,
      operation.path.replace('{id}', id),
      token,
      SENT[name] ?? (await bodyOf(name, home.people.both)),
    )

  /** One and the same 403 for every id, before anything is looked up. */
  async function expectShut(token: string, caller: Caller): Promise<void> {
    const ids = byId ? Object.values(await makeIds(name, operation, caller)) : ['']
    const before = await rows.all()
    const answers = await Promise.all(ids.map((id) => call(token, id)))
    for (const answer of answers) {
      expectProblem(answer, reach[caller] === 'no' ? 'forbidden' : 'insufficient_scope')
      const needed = scope === SESSION ? '' : `, scope="${scope}"`
      expect(answer.headers['www-authenticate']).toBe(
        `Bearer realm="api", error="insufficient_scope"${needed}`,
      )
    }
    expect(new Set(answers.map(comparable)).size).toBe(1)
    expect(await rows.all()).toEqual(before)
  }

  if (scope !== null)
    it.each(callers)(
      'answers a key without the scope 403, whatever the id, and changes nothing: %s',
      async (caller) => {
        await expectShut(await home.makeToken(caller, SCOPES.filter((one) => one !== scope)), caller) // prettier-ignore
      },
    )

  const shut = callers.filter((caller) => reach[caller] === 'no')
  if (shut.length > 0)
    it.each(shut)(
      'answers a role without the right 403, whatever the id, and changes nothing: %s',
      async (caller) => {
        await expectShut(await home.makeToken(caller, SCOPES), caller)
      },
    )

  const open = callers.filter((caller) => reach[caller] !== 'no')
  if (open.length > 0 && byId)
    it.each(open)('keeps to its rows, and answers every other id like a missing one: %s', async (caller) => {
      const token = await home.makeToken(caller, SCOPES)
      const ids = await makeIds(name, operation, caller)
      const kinds = Object.keys(ids) as Kind[]
      const mine = kinds.filter((kind) => kind === 'own' || (kind === 'mates' && reach[caller] === 'club'))
      const before = await rows.all()
      const refused = await Promise.all(
        kinds.filter((kind) => !mine.includes(kind)).map((kind) => call(token, ids[kind])),
      )
      refused.forEach((answer) => expectProblem(answer, 'not_found'))
      expect(new Set(refused.map(comparable)).size).toBe(1)
      expect(await rows.all()).toEqual(before)

      const theirs = await rows.of(rival.id)
      for (const kind of mine) {
        const answer = await call(token, ids[kind])
        expect({ kind, status: answer.status }).toEqual({ kind, status: done })
        if (done === 204) continue
        // Says what that key did, and not which it is.
        if (name === 'getApiKeyUsage') continue
        const { id, rotatedFromId } = answer.json()
        expect(name === 'rotateApiKey' ? rotatedFromId : id).toBe(ids[kind])
      }
      expect(await rows.of(rival.id)).toEqual(theirs)
    })

  if (open.length > 0 && !byId)
    it.each(open)('knows the caller’s club alone: %s', async (caller) => {
      const token = await home.makeToken(caller, SCOPES, name === 'revokeOwnKey')
      const theirs = await rows.of(rival.id)
      const answer = await call(token)
      expect(answer.status).toBe(done)
      await expectOwn(name, operation, token, reach[caller], home.people[caller], answer)
      expect(await rows.of(rival.id)).toEqual(theirs)
    })

  if (open.length > 0)
    it.each(open)('needs no scope but its own: %s', async (caller) => {
      const needed = [(scope ?? 'members:read') as Scope]
      const token = await home.makeToken(caller, needed, name === 'revokeOwnKey')
      const id = byId ? (await makeIds(name, operation, caller)).own : ''
      expect((await call(token, id)).status).toBe(done)
    })
})

/**
 * What an operation without id may answer: its caller, a row made for them, or exactly the rows that
 * the database's owner finds within their reach.
 */
async function expectOwn(
  name: string,
  operation: Operation,
  token: string,
  reach: Reach,
  me: Member,
  answer: RawResponse,
): Promise<void> {
  const said = answer.json()
  if (name === 'whoami')
    return expect(said).toMatchObject({ club: { id: me.clubId }, user: { id: me.userId }, roles: me.roles })
  if (operation === operations.revokeOwnKey)
    return expect(said).toMatchObject({ status: 'revoked', owner: { id: me.userId } })
  // Whose calls are counted for whom: __tests__/lib/usage/read-usage.test.ts.
  if (name === 'getUsage') return expect(said.data).toHaveLength(30)
  if (name === 'introspectToken') return expectKeysOf(me.clubId, token)
  const [table, owner] = tableOf(name)
  if (name === 'revokeApiKeys') {
    const { rows: own } = await rows.query(`SELECT 1 FROM "ApiKey" WHERE "userId" = $1 AND "revokedAt" IS NULL AND "name" LIKE '%test%'`, [me.userId]) // prettier-ignore
    expect(own.length).toBeGreaterThan(0)
    return expect(said).toEqual({ count: own.length, alsoRevoked: 0, preview: true })
  }
  if (!('data' in said)) {
    const { rows: made } = await rows.query(`SELECT * FROM "${table}" WHERE "id" = $1`, [said.id])
    return expect(made).toEqual([
      expect.objectContaining({ clubId: me.clubId, ...(owner && { [owner]: me.userId }) }),
    ])
  }
  const within = {
    club: 'true',
    own: `"${owner}" = '${me.userId}'`,
    published: `"status" = 'PUBLISHED'`,
    no: 'false',
  }[reach]
  const { rows: expected } = await rows.query<{ id: string }>(
    `SELECT "id" FROM "${table}" WHERE "clubId" = $1 AND ${within}`,
    [me.clubId],
  )
  expect(await listed(operation, token)).toEqual(expected.map(({ id }) => id).sort())
  expect(expected.length).toBeGreaterThan(0)
}

/** Of both clubs' keys, those of this one are active, and of the others nothing is told. */
async function expectKeysOf(clubId: string, token: string): Promise<void> {
  for (const { id, asked, people } of [home, rival]) {
    const form = new URLSearchParams({ token: asked.token })
    const answer = await server().call('POST', '/api/v1/introspect', token, form)
    const known = { active: true, client_id: asked.id, sub: people.both.userId, club: { id } }
    if (id === clubId) expect(answer.json()).toMatchObject(known)
    else expect(answer.body).toBe('{"active":false}')
  }
}

async function listed({ path }: Operation, token: string): Promise<string[]> {
  const ids: string[] = []
  for (let cursor = ''; ;) {
    const page = (await server().call('GET', `${path}?limit=7${cursor}`, token)).json()
    ids.push(...(page.data as { id: string }[]).map(({ id }) => id))
    if (page.nextCursor === null) return ids.sort()
    cursor = `&cursor=${page.nextCursor as string}`
  }
}

/** Tables of which each row is somebody's own; of others any member's row is the club's. */
const ROWS_OF_PEOPLE = new Set(['ApiKey', 'Membership'])

/** Ids of every kind, all of the same length, so that only the product can make a difference. */
async function makeIds(name: string, operation: Operation, caller: Caller): Promise<Record<Kind, string>> {
  const [table] = tableOf(name)
  const row = async (owner: Member, status: 'DRAFT' | 'PUBLISHED') => {
    if (table === 'Practice') return (await makePractice(owner, status)).id
    if (table === 'Membership') return (await db().membership.findUniqueOrThrow({ where: { clubId_userId: { clubId: owner.clubId, userId: owner.userId } } })).id // prettier-ignore
    if (table !== 'ApiKey') return (await rowFor(name, owner)).id
    // What may be rotated by a key that holds nothing else.
    const { id } = await makeKey(owner, { scopes: ['api-keys:write'] })
    if (operation.method === 'DELETE')
      await db().apiKey.update({ where: { id }, data: { revokedAt: new Date() } })
    return id
  }
  return {
    own: await row(ROWS_OF_PEOPLE.has(table) ? home.people[caller] : home.mate, 'PUBLISHED'),
    mates: await row(home.mate, 'DRAFT'),
    foreign: await row(rival.people[caller], 'PUBLISHED'),
    foreignDraft: await row(rival.mate, 'DRAFT'),
    missing: randomUUID(),
    anotherTables: home.people[caller].userId,
    foreignUsers: rival.people[caller].userId,
    malformed: randomUUID().replaceAll('-', '_'),
  }
}

async function setUpClub(): Promise<Club> {
  const { id } = await makeClub()
  await demand(id, { maxLiveKeysPerMember: 10_000 })
  const people = {} as Record<Caller, Member>
  for (const caller of callers) people[caller] = await makeMember(id, CALLERS[caller])
  const mate = await makeMember(id, ['COACH'])
  for (const status of ['DRAFT', 'PUBLISHED'] as const) await makePractice(mate, status)
  for (const { resource, make } of fixtures)
    if (!ROWS_OF_PEOPLE.has(resource.model) && resource.model !== 'Practice') await make?.(mate)
  const tokens = new Map<string, string>()
  // Made while the owner held every role: what they have lost since must not count (G4).
  const makeToken = async (caller: Caller, scopes: readonly Scope[], own = false) => {
    const known = tokens.get(caller + scopes.join())
    if (known && !own) return known
    const { userId } = people[caller]
    const setRoles = (roles: readonly Role[]) =>
      db().membership.update({
        where: { clubId_userId: { clubId: id, userId } },
        data: { roles: [...roles] },
      })
    await setRoles(ROLES)
    const { token } = await makeKey(people[caller], { scopes: [...scopes] })
    await setRoles(CALLERS[caller])
    if (!own) tokens.set(caller + scopes.join(), token)
    return token
  }
  const asked = await makeKey(people.both, { scopes: ['api-keys:read'] })
  return { id, people, mate, asked, makeToken }
}
