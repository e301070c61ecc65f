import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Operation } from '@/contracts/operation'
import { makeKey, twoClubs, useDatabase, type Member } from '../support/club'
import { bodyOf, targetFor } from '../support/fixtures'
import type { RawResponse } from '../support/raw-http'
import { ASIDE, useRows } from '../support/rows'
import { useServer } from '../support/server'
import { browser, forgetAttempts, givePassword, setMembership, signIn } from '../support/sign-in'
import { operations } from '../support/tenancy'

/** G9 for every operation, from the registry: a change and its audit row are one transaction's. */

type Name = keyof typeof operations

/** Operations that change nothing although their method says so, each with its reason. */
const CHANGES_NOTHING = new Map([
  ['introspectToken', 'only tells: __tests__/http/introspect.test.ts'],
  ['revokeOwnKey', 'changes its own caller: __tests__/lib/auth/revoke-own-key.test.ts'],
])

/** Verbs of server actions that no operation runs, and why no club's audit log knows them. */
const OF_NO_CLUB = new Map([
  ['changePassword', 'a person’s own, on record in each of their clubs'],
  ['configuredProviders', 'reads only'],
  ['findRevocable', 'reads only'],
  ['createOwnClub', 'a person’s own; on record in the club that it makes'],
  ['endOtherSignIns', 'a person’s own, on record in each of their clubs'],
  ['endSignIn', 'a person’s own, on record in each of their clubs'],
  ['notFound', 'a refusal'],
  ['requestPasswordLink', 'a stranger’s: what the link does is on record'],
  ['sessionCookie', 'seals a cookie'],
  ['signOutEverywhere', 'a person’s own, on record in each of their clubs'],
  ['startLinking', 'gives leave; the linking is on record in each of their clubs'],
  ['unlinkIdentity', 'a person’s own, on record in each of their clubs'],
  ['peekSetPasswordLink', 'reads only'],
  ['setPassword', 'a person’s own, on record in each of their clubs'],
  ['setNotification', 'which mails a person gets: theirs alone, and none about security'],
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

const changing = (Object.entries(operations) as [Name, Operation][]).filter(
  ([, { method }]) => method !== 'GET',
)

describe.each(changing.filter(([name]) => !CHANGES_NOTHING.has(name)))('G9: %s', (name, operation) => {
  // On rows of its own, by somebody who may: an admin and a coach.
  const act = async () => ({
    path: await targetFor(name, operation, me),
    body: await bodyOf(name, me, true),
  })

  it('leaves an audit row with its change, by session', async () => {
    const { path: target, body } = await act()
    const ask = browser(server(), cookie, slug)
    await expectOnRecord(
      (headers) => ask({ method: operation.method, path: target, headers, ...(body && { body }) }),
      { actorKind: 'session', actorUserId: me.userId, actorKeyId: null },
    )
  })

  if (!operation.sessionOnly)
    it('leaves an audit row with its change, by key', async () => {
      const { path: target, body } = await act()
      const own: [string, string][] = [
        ['Authorization', `Bearer ${key.token}`],
        ...(body ? [['Content-Type', 'application/json'] as [string, string]] : []),
      ]
      await expectOnRecord(
        (headers) =>
          server().send({
            method: operation.method,
            path: target,
            headers: [...own, ...headers],
            ...(body && { body: JSON.stringify(body) }),
          }),
        { actorKind: 'api_key', actorUserId: me.userId, actorKeyId: key.id },
      )
    })

  async function expectOnRecord(
    send: (headers: [string, string][]) => Promise<RawResponse>,
    actor: object,
  ): Promise<void> {
    const isPost = operation.method === 'POST'
    const idempotencyKey = randomUUID()
    const run = () => send(isPost ? [['Idempotency-Key', idempotencyKey]] : [])
    const before = new Set((await everyRow()).map(({ row }) => row))
    const answer = await run()
    expect({ status: answer.status, body: answer.body }).toMatchObject({ status: operation.status })
    const after = await everyRow()
    const written = after.filter(({ row }) => !before.has(row))
    const events = written.filter(({ table }) => table === 'AuditEvent')
    if (events.length === 0)
      throw new Error(
        `${name} changes something and leaves no audit row: call appendAudit in its transaction, or write into CHANGES_NOTHING here why it leaves none`,
      )
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
    if (isPost) expectOneRecord(written)
    if (isPost) await expectReplay(run, answer)
  }

  function expectOneRecord(written: Row[]): void {
    if (written.filter(({ table }) => table === 'IdempotencyRecord').length === 1) return
    throw new Error(
      `${name} makes its change again when it is sent again under one Idempotency-Key: make it by changing(actor, ...), not by db().$transaction`,
    )
  }

  /** Sent again, it changes nothing, and gets the same answer but for links. */
  async function expectReplay(run: () => Promise<RawResponse>, first: RawResponse): Promise<void> {
    const before = await everyRow()
    const again = await run()
    expect(again.headers['idempotent-replayed']).toBe('true')
    const shown = ({ body }: RawResponse) => {
      const answer = JSON.parse(body) as Record<string, unknown>
      const links = operation.shownOnce?.filter((field) => !/(^|\.)key$/.test(field)) ?? []
      return { ...answer, ...Object.fromEntries(links.map((field) => [field, null])) }
    }
    expect([again.status, shown(again)]).toEqual([first.status, shown(first)])
    expect(await everyRow()).toEqual(before)
  }
})

type Row = { table: string; row: string; transaction: string }

/** Tables of counts, which every call writes, whatever it does. */
const COUNTS = [...ASIDE, 'RateLimiterFlexible']

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
