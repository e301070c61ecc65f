import { setTimeout as sleep } from 'node:timers/promises'
import { deleteApiKey, getApiKey, listApiKeys, rotateApiKey, validateApiKey } from '@/lib/auth/api-key'
import { operatorActor, type Actor } from '@/lib/auth/actor'
import { listAuditEvents } from '@/lib/audit/list'
import { closeDb } from '@/lib/db/client'
import { provision } from '@/lib/db/provision'
import { getPractice } from '@/lib/practices/get'
import { makeClub, makeKey, makeMember, makePractice, type Member } from '../../support/club'
import { prepareInstallation, startCluster, type Cluster } from '../../support/cluster'
import { startPgBouncer, type PgBouncer } from '../../support/pgbouncer'

jest.setTimeout(120_000)

/** West, east, half an hour off, and a format of dates that few programs read. */
const SURROUNDINGS = [
  ['TimeZone', 'America/New_York', 'database'],
  ['TimeZone', 'Europe/Berlin', 'role'],
  ['TimeZone', 'Asia/Kolkata', 'server'],
  ['DateStyle', 'German, DMY', 'database'],
] as const
const LEVELS = { database: 'DATABASE site', role: 'ROLE site_web', server: 'SYSTEM' }
/** On this night New York has half past one twice, and Berlin half past two a week before. */
const TWICE = ['2027-11-07T05:30:00.000Z', '2027-11-07T06:30:00.000Z', '2027-10-31T00:30:00.000Z']

let cluster: Cluster
let pooler: PgBouncer
beforeAll(async () => {
  cluster = await startCluster(15)
  const { database, owner, web } = await prepareInstallation(cluster, 'site')
  pooler = await startPgBouncer([cluster.socketUrl(web, database)], { pool_mode: 'transaction' })
  // Of the whole server: so are the migrations made, too.
  await cluster.ask(`ALTER SYSTEM SET TimeZone = 'America/New_York'`)
  await cluster.ask(`ALTER SYSTEM SET DateStyle = 'German, DMY'`)
  await cluster.ask('SELECT pg_reload_conf()')
  const direct = cluster.url(owner, database)
  expect(
    (await provision({ DATABASE_URL: cluster.url(web, database), DATABASE_DIRECT_URL: direct })).warnings,
  ).toEqual([])
  await cluster.ask('ALTER SYSTEM RESET ALL')
  await cluster.ask('SELECT pg_reload_conf()')
})
afterAll(async () => {
  await closeDb()
  await pooler.stop()
  await cluster.stop()
})

describe.each(['straight', 'through a transaction pooler'])('%s', (way) => {
  beforeAll(async () => {
    await closeDb()
    const url =
      way === 'straight'
        ? cluster.url('site_web', 'site')
        : pooler.through(cluster.socketUrl('site_web', 'site'))
    process.env.DATABASE_URL = url
    const direct = cluster.url('site_owner', 'site')
    await provision({ DATABASE_URL: url, DATABASE_DIRECT_URL: direct })
  })

  it.each(SURROUNDINGS)(
    '%s = %s, set for the %s: what is in time and what is late is as the clock says',
    async (name, value, level) => {
      await cluster.ask(`ALTER ${LEVELS[level]} SET ${name} = '${value}'`)
      await cluster.ask('SELECT pg_reload_conf()')
      await pooler.order('RECONNECT')
      await closeDb()
      try {
        await live()
      } finally {
        await cluster.ask(`ALTER ${LEVELS[level]} RESET ${name}`)
        await cluster.ask('SELECT pg_reload_conf()')
      }
    },
  )
})

async function live(): Promise<void> {
  const { id: clubId } = await makeClub()
  const owner = await makeMember(clubId, ['CLUB_ADMIN', 'COACH'])
  const operator = operatorActor(clubId, owner.userId, 'test')
  await expiryToTheSecond(owner, operator)
  await rotationWithoutGrace(owner)
  await auditOfNow(operator)
  await nightWithTwoHours(owner)
}

async function expiryToTheSecond(owner: Member, operator: Actor): Promise<void> {
  const ends = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 1_000)
  const short = await makeKey(owner, { expiresAt: ends })
  const long = await makeKey(owner, { expiresAt: new Date(Date.now() + 40_000) })
  for (const { id, token } of [short, long]) {
    expect(await validateApiKey(token)).toMatchObject({ ok: true })
    expect(await getApiKey(operator, { id })).toMatchObject({ status: 'expiring' })
  }
  expect(await getApiKey(operator, { id: short.id })).toMatchObject({ expiresAt: ends.toISOString() })
  await sleep(ends.getTime() - Date.now() + 5)
  expect(await validateApiKey(short.token)).toMatchObject({ ok: false })
  expect(await getApiKey(operator, { id: short.id })).toMatchObject({ status: 'expired' })
  await deleteApiKey(operator, { id: short.id })
}

async function rotationWithoutGrace(owner: Member): Promise<void> {
  const before = await makeKey(owner)
  const after = await rotateApiKey(before.actor, { id: before.id, graceSeconds: 0 })
  expect(await validateApiKey(before.token)).toMatchObject({ ok: false })
  expect(await validateApiKey(after.key)).toMatchObject({ ok: true })
}

async function auditOfNow(operator: Actor): Promise<void> {
  const { data } = await listAuditEvents(operator, { limit: 1 })
  const ago = Date.now() - Date.parse(data[0]?.at ?? '')
  expect(ago).toBeGreaterThanOrEqual(-1_000)
  expect(ago).toBeLessThan(10_000)
  const seen: string[] = []
  for (let cursor: string | undefined; ;) {
    const page = await listAuditEvents(operator, { limit: 2, ...(cursor && { cursor }) })
    seen.push(...page.data.map(({ id }) => id))
    if (page.nextCursor === null) break
    cursor = page.nextCursor
  }
  const all = await listAuditEvents(operator, { limit: 100 })
  expect(seen).toEqual(all.data.map(({ id }) => id))
  const keys: string[] = []
  for (let cursor: string | undefined; ;) {
    const page = await listApiKeys(operator, { limit: 1, ...(cursor && { cursor }) })
    keys.push(...page.data.map(({ id }) => id))
    if (page.nextCursor === null) break
    cursor = page.nextCursor
  }
  expect(keys).toEqual((await listApiKeys(operator, { limit: 100 })).data.map(({ id }) => id))
}

async function nightWithTwoHours(owner: Member): Promise<void> {
  const { actor } = await makeKey(owner)
  for (const at of TWICE) {
    const { id } = await makePractice(owner, 'PUBLISHED', new Date(at))
    expect(await getPractice(actor, { id })).toMatchObject({ startsAt: at })
  }
}
