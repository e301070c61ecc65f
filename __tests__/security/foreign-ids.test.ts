import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { hostId } from '@/contracts/text'
import { handOn } from '@/http/hand-on'
import { NOWHERE } from '@/lib/actor'
import { operatorActor } from '@/lib/auth/actor'
import {
  createApiKey,
  getApiKey,
  listApiKeys,
  revokeApiKey,
  updateApiKey,
  validateApiKey,
} from '@/lib/auth/api-key'
import { followChanges } from '@/lib/auth/follow-changes'
import { memberActor } from '@/lib/auth/member-actor'
import { verifiedKeys } from '@/lib/auth/verified-keys'
import { listAuditEvents } from '@/lib/audit/list'
import { db } from '@/lib/db/client'
import { describeBy } from '@/lib/events/describe'
import { changesBy } from '@/lib/limits/changes'
import { findActive } from '@/lib/people/find'
import { knowPeopleBy } from '@/lib/people/port'
import { flushUses, recordUse } from '@/lib/usage/record'
import { getUsage } from '@/lib/usage/read-usage'
import { actorOf, useDatabase } from '../support/club'

// What the layer promises, in an app whose ids are texts of its own making.

const database = useDatabase()

let host: Client
beforeAll(async () => {
  host = new Client(database.directUrl())
  host.on('error', () => {}) // The database may be dropped before it leaves.
  await host.connect()
  await host.query(`
    CREATE SCHEMA host;
    CREATE TABLE host.orgs (id text PRIMARY KEY, slug text NOT NULL);
    CREATE TABLE host.people (org text, person text, role text, paused boolean DEFAULT false, PRIMARY KEY (org, person));
    CREATE OR REPLACE VIEW principal AS
      SELECT org AS club_id, person AS user_id, 'The ' || person AS name, NULL::text AS email, ARRAY[role] AS roles, NOT paused AS active FROM host.people;
    CREATE OR REPLACE VIEW "owner" AS SELECT p.*, 'user' AS kind FROM principal p;
    CREATE OR REPLACE VIEW club AS SELECT id AS club_id, slug, slug AS name FROM host.orgs;
    SELECT watch('host.people', 'person', 'org'), watch('host.orgs', NULL, 'id')`)
  // Beyond its views, this app says nothing of people.
  const nobody = () => Promise.resolve(new Map<string, string>())
  knowPeopleBy({ formerNames: nobody, usersOf: nobody })
  followChanges()
  await until(() => verifiedKeys().trusted)
})
afterAll(async () => host.end().catch(() => {}))

const until = async (condition: () => boolean | Promise<boolean>, patienceMs = 5_000) => {
  const deadline = Date.now() + patienceMs
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('it did not come to pass')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

const reasonFor = async (token: string) => {
  const verification = await validateApiKey(token)
  return verification.ok ? 'good' : verification.reason
}

describe.each([
  ['cuids', 'cm3club00000008l1h9z2b4q7r', 'cm3kim000000108l1h9z2b4q7r', 'cm3lee000000208l1h9z2b4q7r'],
  ['numbers', '7', '9', '10'],
  ['texts that differ by a letter’s case', 'Org/1,*+ é', 'kim@host.test|%41', 'Kim@host.test|%41'],
  ['texts as long as they may be', 'c'.repeat(255), 'é'.repeat(127), 'ü'.repeat(127)],
])('%s', (title, club, kim, lee) => {
  const make = async (userId = kim, clubId = club) => {
    const body = { name: title, scopes: ['practices:read' as const] }
    return createApiKey(operatorActor(clubId, userId, 'test'), body)
  }

  beforeEach(async () => {
    await host.query('DELETE FROM host.people; DELETE FROM host.orgs')
    await host.query(`INSERT INTO host.orgs VALUES ($1, 'home'), ('elsewhere', 'elsewhere')`, [club])
    await host.query(
      `INSERT INTO host.people VALUES ($1, $2, 'CLUB_ADMIN'), ($1, $3, 'COACH'), ('elsewhere', $2, 'CLUB_ADMIN')`,
      [club, kim, lee],
    )
  })

  it('are what a verified key says, and what the contract takes', async () => {
    const { key } = await make()
    expect(await validateApiKey(key)).toMatchObject({ ok: true, key: { clubId: club, userId: kim } })
    expect([club, kim, lee].map((id) => hostId.parse(id))).toEqual([club, kim, lee])
  })

  it('G3: tell one owner and one club from all others', async () => {
    const [mine, theirs, elsewhere] = [await make(), await make(lee), await make(kim, 'elsewhere')]
    const admin = operatorActor(club, null, 'test')
    const idsOf = async (ownerId: string) =>
      (await listApiKeys(admin, { ownerId, limit: 100 })).data.map(({ id }) => id)
    expect(await idsOf(kim)).toContain(mine.id)
    expect(await idsOf(lee)).toContain(theirs.id)
    expect(await idsOf(kim)).not.toEqual(expect.arrayContaining([theirs.id]))
    expect(await idsOf(kim)).not.toEqual(expect.arrayContaining([elsewhere.id]))
    expect(await idsOf(randomUUID())).toEqual([])
    await expect(getApiKey(admin, { id: elsewhere.id })).rejects.toMatchObject({ code: 'not_found' })
    expect(await findActive(club, [kim, lee, 'nobody'])).toEqual(
      new Map([
        [kim, kim],
        [lee, lee],
      ]),
    )
  })

  it('G4: a suspended owner’s key is refused on the next call, and good again after it', async () => {
    const { key } = await make()
    expect(await reasonFor(key)).toBe('good')
    await host.query('UPDATE host.people SET paused = true WHERE person = $1', [kim])
    await until(async () => (await reasonFor(key)) === 'owner_gone')
    await host.query('UPDATE host.people SET paused = false WHERE person = $1', [kim])
    await until(async () => (await reasonFor(key)) === 'good')
  })

  it('G4: whoever leaves leaves their keys behind, and nobody else’s', async () => {
    const [mine, theirs] = [await make(), await make(lee)]
    expect([await reasonFor(mine.key), await reasonFor(theirs.key)]).toEqual(['good', 'good'])
    await host.query('DELETE FROM host.people WHERE person = $1', [kim])
    await until(async () => (await reasonFor(mine.key)) === 'revoked')
    expect(await reasonFor(theirs.key)).toBe('good')
    await expect(make()).rejects.toMatchObject({ code: 'not_found' })
  })

  it('a club that is gone has no good key, and its audit log stays', async () => {
    const { id, key } = await make(lee)
    expect(await reasonFor(key)).toBe('good')
    await host.query('DELETE FROM host.orgs WHERE id = $1', [club])
    await until(async () => (await reasonFor(key)) === 'owner_gone')
    const { data } = await listAuditEvents(operatorActor(club, null, 'test'), { limit: 1 })
    expect(data).toMatchObject([{ action: 'api-key.create', target: { id } }])
  })

  it('G5, G9: stand in the audit row of a revocation, which counts at once', async () => {
    const { id, key } = await make()
    const actor = await actorOf((await make()).key)
    await revokeApiKey(operatorActor(club, kim, 'test'), { id })
    expect(await reasonFor(key)).toBe('revoked')
    const { data } = await listAuditEvents(operatorActor(club, null, 'test'), { targetId: id, limit: 10 })
    expect(data.map(({ action }) => action)).toEqual(['api-key.revoke', 'api-key.create'])
    expect(actor).toMatchObject({ clubId: club, userId: kim })
  })

  it('have what their keys did counted as theirs', async () => {
    const { id } = await make(lee)
    const asked = () => getUsage(operatorActor(club, null, 'test'), { ownerId: lee })
    const before = (await asked()).total.requests
    recordUse(id)
    await flushUses()
    expect((await asked()).total.requests).toBe(before + 1)
  })

  it('go on in a header, whatever they hold', async () => {
    const verified = await validateApiKey((await make()).key)
    if (!verified.ok) throw new Error(verified.reason)
    const call = { received: null, method: 'GET' }
    const context = { call, key: verified.key, header: 'signed' } as unknown as Parameters<typeof handOn>[1]
    const handed = handOn(new Request('http://host.test'), context)
    const headers = 'refusal' in handed ? null : handed.headers
    const said = ['x-api-key-club-id', 'x-api-key-user-id'].map((name) => headers?.get(name) ?? '')
    expect(said.map(decodeURIComponent)).toEqual([club, kim])
    expect(said.join('')).toMatch(/^[\x21-\x7e]+$/)
  })
})

it.each([
  ['an empty text', ''],
  ['a control character', 'a\nb'],
  ['a space at its end', 'a '],
  ['more than 255 bytes', 'é'.repeat(128)],
  ['a character that nobody sees', 'a\u200bb'],
  ['one that turns the direction of text', 'a\u202eb'],
])('nobody holds keys under %s, and an app may write it all the same', async (_, person) => {
  await host.query(`INSERT INTO host.orgs VALUES ('odd', 'odd') ON CONFLICT DO NOTHING`)
  await host.query(`INSERT INTO host.people VALUES ('odd', $1, 'COACH')`, [person])
  expect(hostId.safeParse(person).success).toBe(false)
  await expect(
    createApiKey(operatorActor('odd', person, 'test'), { name: 'odd', scopes: ['practices:read'] }),
  ).rejects.toMatchObject({ code: 'not_found' })
  await host.query(`UPDATE host.people SET role = 'ATHLETE' WHERE org = 'odd'`)
  await host.query(`DELETE FROM host.people WHERE org = 'odd'`)
})

it('a club whose id no answer could hold has no keys', async () => {
  const odd = 'é'.repeat(128)
  await host.query(`INSERT INTO host.orgs VALUES ($1, 'long')`, [odd])
  await host.query(`INSERT INTO host.people VALUES ($1, 'kim', 'COACH')`, [odd])
  const making = createApiKey(operatorActor(odd, 'kim', 'test'), { name: 'odd', scopes: ['practices:read'] })
  await expect(making).rejects.toMatchObject({ code: 'not_found' })
})

describe('an owner whom the app calls another kind than before', () => {
  const LATER = new Date(Date.now() + 120 * 86_400_000)
  const lee = operatorActor('kinds', 'lee', 'test')
  const view = (kind: string) => `CREATE OR REPLACE VIEW "owner" AS
    SELECT p.*, CASE WHEN p.user_id = 'lee' THEN '${kind}' ELSE 'user' END AS kind FROM principal p`
  const make = () => createApiKey(lee, { name: 'kinds', scopes: ['practices:read'] })
  const extendAsKim = async (id: string) => {
    const session = { userId: 'kim', sessionId: randomUUID(), authenticatedAt: new Date() }
    return updateApiKey(await memberActor(session, 'kinds', NOWHERE), { id, expiresAt: LATER })
  }
  const toldOf = async (id: string) => (await describeBy('ApiKey')?.(db(), 'kinds', [id]))?.get(id)

  beforeEach(async () => {
    await host.query(`DELETE FROM host.people WHERE org = 'kinds'; DELETE FROM host.orgs WHERE id = 'kinds'`)
    await host.query(`INSERT INTO host.orgs VALUES ('kinds', 'kinds')`)
    await host.query(
      `INSERT INTO host.people VALUES ('kinds', 'kim', 'CLUB_ADMIN'), ('kinds', 'lee', 'CLUB_ADMIN')`,
    )
  })
  afterEach(async () => host.query(view('user')))

  it.each([
    ['a person', 'service', 'user'],
    ['a service account', 'user', 'service'],
  ])('is %s as it says now, shown and told', async (_, before, now) => {
    await host.query(view(before))
    const { id } = await make()
    await host.query(view(now))
    expect(await getApiKey(lee, { id })).toMatchObject({ owner: { id: 'lee', kind: now } })
    expect(await toldOf(id)).toMatchObject({ owner: { id: 'lee', kind: now } })
  })

  it('keeps their keys to themselves, once a person: no admin lets one live longer', async () => {
    await host.query(view('service'))
    const { id } = await make()
    await host.query(view('user'))
    await expect(extendAsKim(id)).rejects.toMatchObject({ code: 'forbidden' })
    await host.query(view('service'))
    expect(await extendAsKim(id)).toMatchObject({ expiresAt: LATER.toISOString() })
  })

  it('is what they were at their last key, once they have left', async () => {
    const { id } = await make()
    await host.query(view('service'))
    await make()
    await host.query(`DELETE FROM host.people WHERE org = 'kinds' AND person = 'lee'`)
    expect(await getApiKey(lee, { id })).toMatchObject({ owner: { id: 'lee', kind: 'service' } })
  })
})

describe('whom an import means', () => {
  const [upper, lower] = ['5F3C2A10-0000-4000-8000-00000000000A', '5f3c2a10-0000-4000-8000-00000000000b']
  beforeEach(async () => {
    await host.query(`DELETE FROM host.people`)
    const people = `INSERT INTO host.people VALUES ('named', $1, 'COACH'), ('named', $2, 'COACH')`
    await host.query(people, [upper, lower])
  })

  it('is found by an id in capitals, as the app writes it or as Postgres would', async () => {
    const asked = [upper, lower, lower.toUpperCase(), upper.toLowerCase()]
    expect(await findActive('named', asked)).toEqual(
      new Map([
        [upper, upper],
        [lower, lower],
        [lower.toUpperCase(), lower],
      ]),
    )
  })

  it('is nobody where one’s id is written as another’s address', async () => {
    const view = (email: string) => `CREATE OR REPLACE VIEW principal AS
      SELECT org AS club_id, person AS user_id, 'The ' || person AS name, ${email} AS email, ARRAY[role] AS roles, NOT paused AS active FROM host.people`
    await host.query(`INSERT INTO host.people VALUES ('named', 'kim@host.test', 'COACH')`)
    const emails = `CASE person WHEN '${lower}' THEN 'kim@host.test' WHEN '${upper}' THEN 'lee@host.test' END`
    await host.query(view(emails))
    try {
      const found = await findActive('named', ['kim@host.test', 'lee@host.test'])
      expect(found).toEqual(new Map([['lee@host.test', upper]]))
    } finally {
      await host.query(view('NULL::text'))
    }
  })
})

it('G10: two owners have two counts, whatever their ids have in common', () => {
  const [one, other] = [
    { clubId: 'a', userId: 'b:c' },
    { clubId: 'a:b', userId: 'c' },
  ]
  for (const through of ['keys', 'sessions'] as const)
    expect(changesBy(one, through).id).not.toBe(changesBy(other, through).id)
})
