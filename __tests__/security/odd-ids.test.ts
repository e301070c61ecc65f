import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { Client } from 'pg'
import { hostId, isStorable } from '@/contracts/text'
import { NOWHERE, type Actor } from '@/lib/actor'
import { listAuditEvents } from '@/lib/audit/list'
import { operatorActor } from '@/lib/auth/actor'
import {
  countByStatus,
  createApiKey,
  createHoneykey,
  deleteApiKey,
  findRevocable,
  getApiKey,
  listApiKeys,
  revokeApiKey,
  revokeApiKeys,
  rotateApiKey,
  updateApiKey,
} from '@/lib/auth/api-key'
import { memberActor } from '@/lib/auth/member-actor'
import { db } from '@/lib/db/client'
import { knowPeopleBy } from '@/lib/people/port'
import { getClubPolicy } from '@/lib/policy/get-policy'
import { updateClubPolicy } from '@/lib/policy/update-policy'
import { getUsage } from '@/lib/usage/read-usage'
import { createWebhook } from '@/lib/webhooks/create'
import { listWebhooks } from '@/lib/webhooks/list'
import { useDatabase } from '../support/club'
import { MISLEADING } from '../support/nasty'

// An app's tables may hold ids that the layer holds nothing under: they answer as ids that nobody has.

const database = useDatabase()

const SLUG = 'odd'
let host: Client
beforeAll(async () => {
  host = new Client(database.directUrl())
  host.on('error', () => {}) // The database may be dropped before it leaves.
  await host.connect()
  // Every club there is, under whatever id, has Kim as its admin.
  await host.query(`
    CREATE TABLE orgs (id text PRIMARY KEY);
    CREATE OR REPLACE VIEW principal AS
      SELECT id AS club_id, 'kim' AS user_id, 'Kim' AS name, NULL::text AS email, ARRAY['CLUB_ADMIN'] AS roles, true AS active FROM orgs;
    CREATE OR REPLACE VIEW "owner" AS SELECT p.*, 'user' AS kind FROM principal p;
    CREATE OR REPLACE VIEW club AS SELECT id AS club_id, '${SLUG}' AS slug, 'Odd' AS name FROM orgs`)
  const nobody = () => Promise.resolve(new Map<string, string>())
  knowPeopleBy({ formerNames: nobody, usersOf: nobody })
})
afterAll(async () => host.end().catch(() => {}))

/** Texts that a table of an app can hold, and that are no id for the layer. */
const oddId = fc
  .oneof(
    fc.constantFrom('', ' ', 'a ', '\ta', 'a\nb', 'a\u007f', 'x'.repeat(256), 'é'.repeat(128)),
    fc.constantFrom(...MISLEADING),
    fc.string({ unit: 'binary', maxLength: 300 }),
  )
  .filter((text) => isStorable(text) && !hostId.safeParse(text).success)
const unstorable = fc.constantFrom('\u0000', 'a\u0000b', '\ud800', 'a\udfff')

type Verb = (actor: Actor) => Promise<unknown>
const id = randomUUID()
const page = { limit: 20 }
/** What an operator may do in a club. */
const verbs: Readonly<Record<string, Verb>> = {
  createApiKey: (actor) => createApiKey(actor, { name: 'k', scopes: ['practices:read'], ownerId: 'kim' }),
  createHoneykey: (actor) => createHoneykey(actor, { name: 'k', ownerId: 'kim' }),
  getApiKey: (actor) => getApiKey(actor, { id }),
  listApiKeys: (actor) => listApiKeys(actor, page),
  countByStatus: (actor) => countByStatus(actor, {}),
  updateApiKey: (actor) => updateApiKey(actor, { id, name: 'new' }),
  rotateApiKey: (actor) => rotateApiKey(actor, { id, graceSeconds: 0 }),
  revokeApiKey: (actor) => revokeApiKey(actor, { id }),
  deleteApiKey: (actor) => deleteApiKey(actor, { id }),
  findRevocable: (actor) => findRevocable(actor, { filter: {} }),
  revokeApiKeys: (actor) => revokeApiKeys(actor, { ids: [id], descendants: true }),
  getUsage: (actor) => getUsage(actor, {}),
  listAuditEvents: (actor) => listAuditEvents(actor, page),
  getClubPolicy: (actor) => getClubPolicy(actor),
  updateClubPolicy: (actor) => updateClubPolicy(actor, { maxKeyDays: 200 }),
  createWebhook: (actor) =>
    createWebhook(actor, { url: 'https://hooks.example.test/', types: ['api_key.created'] }),
  listWebhooks: (actor) => listWebhooks(actor, page),
}

const RUNS = { numRuns: 30 }
const outcomeOf = (act: Promise<unknown>) =>
  act.then(
    (said) => ({ said }),
    (error: { code?: unknown; message: string; errors?: unknown }) => ({
      refused: [error.code, error.message, error.errors],
    }),
  )

describe.each(Object.entries(verbs))('%s', (_, act) => {
  it('answers an odd id of a club, whether the app has it or not, as one that nobody has', async () => {
    const missing = await outcomeOf(act(operatorActor('missing', null, 'test')))
    const property = fc.asyncProperty(oddId, fc.boolean(), async (odd, isThere) => {
      await host.query('DELETE FROM orgs')
      if (isThere) await host.query('INSERT INTO orgs VALUES ($1)', [odd])
      expect(await outcomeOf(act(operatorActor(odd, null, 'test')))).toEqual(missing)
    })
    await fc.assert(property, RUNS)
    expect(await db().clubPolicy.count()).toBe(0)
  })
})

it('makes no settings for a club that nobody has, and some for one that there is', async () => {
  await host.query(`DELETE FROM orgs`)
  const change = () => updateClubPolicy(operatorActor('there', null, 'test'), { maxKeyDays: 200 })
  await expect(change()).rejects.toMatchObject({ code: 'not_found' })
  await host.query(`INSERT INTO orgs VALUES ('there')`)
  expect(await change()).toMatchObject({ maxKeyDays: 200 })
})

describe('a sign-in', () => {
  const enter = (userId: string, slug = SLUG) =>
    memberActor({ userId, sessionId: 's', authenticatedAt: new Date() }, slug, NOWHERE)
  const refused = { refused: ['not_found', 'No such resource.', undefined] }

  it('enters a club by its id, and none whose id is odd', async () => {
    const property = fc.asyncProperty(oddId, async (odd) => {
      await host.query('DELETE FROM orgs')
      await host.query('INSERT INTO orgs VALUES ($1)', [odd])
      expect(await outcomeOf(enter('kim'))).toEqual(refused)
    })
    await fc.assert(property, RUNS)
    await host.query(`UPDATE orgs SET id = 'even'`)
    expect(await enter('kim')).toMatchObject({ clubId: 'even', userId: 'kim' })
  })

  it('of an odd user, or to a club of an odd name, is one that nobody has', async () => {
    const odd = fc.oneof(oddId, unstorable)
    const property = fc.asyncProperty(odd, async (text) => {
      expect(await outcomeOf(enter(text))).toEqual(refused)
      expect(await outcomeOf(enter('kim', text))).toEqual(refused)
    })
    await fc.assert(property, RUNS)
  })
})

it('an odd owner of a new key is one that nobody has', async () => {
  await host.query(`DELETE FROM orgs; INSERT INTO orgs VALUES ('owners')`)
  const operator = operatorActor('owners', null, 'test')
  const make = (ownerId: string) =>
    outcomeOf(createApiKey(operator, { name: 'k', scopes: ['practices:read'], ownerId }))
  const missing = await make('nobody')
  const property = fc.asyncProperty(fc.oneof(oddId, unstorable), async (odd) => {
    expect(await make(odd)).toEqual(missing)
  })
  await fc.assert(property, RUNS)
})
