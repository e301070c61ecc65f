import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { db } from '@/lib/db/client'
import { notifyBy, type Reminder } from '@/lib/reminders/port'
import { remind } from '@/lib/reminders/remind'
import {
  makeClub,
  makeKey,
  makeMember,
  makeServiceAccount,
  useDatabase,
  type Member,
} from '../../support/club'
import { startSmtp } from '../../support/smtp'

const database = useDatabase()
const DAY_MS = 86_400_000
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS)

let told: (Reminder & { clubId: string })[] = []
let takes = true
beforeEach(async () => {
  await db().apiKeyReminder.deleteMany()
  await db().apiKey.updateMany({ where: { revokedAt: null }, data: { revokedAt: new Date() } })
  told = []
  takes = true
  notifyBy((clubId, reminders) => {
    if (takes) told.push(...reminders.map((one) => ({ ...one, clubId })))
    return Promise.resolve(takes)
  })
})

const setup = async () => makeMember((await makeClub()).id, ['COACH'])

/** A key that was made so many days ago and ends in so many; `used`: how many days ago it was used last. */
async function keyThat(
  owner: Member,
  { made = 200, ends = null as number | null, used = 1 as number | null },
) {
  const { id } = await makeKey(owner, { scopes: ['practices:read'], name: `key ${Math.random()}` })
  const { name } = await db().apiKey.update({
    where: { id },
    data: { createdAt: inDays(-made), expiresAt: ends === null ? null : inDays(ends) },
  })
  if (used !== null)
    await db().apiKeyUse.create({ data: { apiKeyId: id, clubId: owner.clubId, lastUsedAt: inDays(-used) } })
  return { id, name }
}
const told2 = () => told.map(({ key, occasion }) => [key.name, occasion]).sort()

it('reminds 14, 3 and 0 days before a key ends, of the nearest alone, and once each', async () => {
  const owner = await setup()
  const names: [string, string][] = []
  for (const [ends, occasion] of [
    [13.9, 'ends-14'],
    [3.1, 'ends-14'],
    [2.9, 'ends-3'],
    [0.1, 'ends-3'],
    [-0.1, 'ends-0'],
    [-6.9, 'ends-0'],
  ] as const)
    names.push([(await keyThat(owner, { ends })).name, occasion])
  for (const ends of [14.1, 100, null, -7.1]) await keyThat(owner, { ends })
  expect(await remind()).toBe(6)
  expect(told2()).toEqual(names.sort())
  expect(told.every(({ ownerId, clubId }) => ownerId === owner.userId && clubId === owner.clubId)).toBe(true)
  expect(await remind()).toBe(0)
})

it('follows a key through all three, and begins again where its end is moved', async () => {
  const key = await keyThat(await setup(), { ends: 10 })
  const move = (days: number) =>
    db().apiKey.update({ where: { id: key.id }, data: { expiresAt: inDays(days) } })
  await remind()
  await move(2)
  await remind()
  await move(13)
  await remind()
  expect(told.map(({ occasion }) => occasion)).toEqual(['ends-14', 'ends-3', 'ends-14'])
})

it('reminds of no key that is revoked, off, rotated, or was made for less time than that', async () => {
  const owner = await setup()
  const dead = await keyThat(owner, { ends: 2 })
  await db().apiKey.update({ where: { id: dead.id }, data: { revokedAt: new Date() } })
  const off = await keyThat(owner, { ends: 2 })
  await db().apiKey.update({ where: { id: off.id }, data: { disabledAt: new Date() } })
  const { rotateApiKey } = await import('@/lib/auth/api-key')
  const { operatorActor } = await import('@/lib/auth/actor')
  const rotated = await keyThat(owner, { ends: 50 })
  await rotateApiKey(operatorActor(owner.clubId, null, 'x'), { id: rotated.id, graceSeconds: 3600 })
  await keyThat(owner, { made: 0, ends: 1 })
  await keyThat(owner, { made: 2, ends: 10 })
  expect(await remind()).toBe(0)
})

it('reminds once of a key that was not used for 90 days, and again after another use and as long', async () => {
  const owner = await setup()
  const [lately, long, never] = [
    await keyThat(owner, { used: 91 }),
    await keyThat(owner, { used: 99 }),
    await keyThat(owner, { made: 93, used: null }),
  ]
  for (const used of [89, 1]) await keyThat(owner, { used })
  await keyThat(owner, { made: 89, used: null })
  expect(await remind()).toBe(2)
  expect(told2()).toEqual(
    [
      [lately.name, 'unused-90'],
      [never.name, 'unused-90'],
    ].sort(),
  )
  expect(await remind()).toBe(0)
  await db().apiKeyUse.update({ where: { apiKeyId: long.id }, data: { lastUsedAt: inDays(-92) } })
  expect(await remind()).toBe(1)
})

it('tries again when nobody could be told, for a day, and not while another process may be telling', async () => {
  await keyThat(await setup(), { ends: 2 })
  takes = false
  expect(await remind()).toBe(0)
  takes = true
  expect(await remind()).toBe(0)
  const age = (minutes: number, at = minutes) =>
    db().apiKeyReminder.updateMany({
      data: { claimedAt: new Date(Date.now() - minutes * 60_000), at: new Date(Date.now() - at * 60_000) },
    })
  await age(16, 1441)
  expect(await remind()).toBe(0)
  await age(16)
  expect(await remind()).toBe(1)
  await age(16)
  expect(await remind()).toBe(0)
  expect(told).toHaveLength(1)
})

it('a club whose people cannot be told, whatever is thrown, keeps no other one waiting', async () => {
  const owners = [await setup(), await setup()].sort((a, b) => (a.clubId < b.clubId ? -1 : 1))
  for (const owner of owners) await keyThat(owner, { ends: 2 })
  notifyBy((clubId, reminders) => {
    if (clubId === owners[0]?.clubId) throw new Error('the host app is broken')
    told.push(...reminders.map((one) => ({ ...one, clubId })))
    return Promise.resolve(true)
  })
  expect(await remind()).toBe(1)
  expect(told.map(({ clubId }) => clubId)).toEqual([owners[1]?.clubId])
  expect(await db().apiKeyReminder.count({ where: { toldAt: null } })).toBe(1)
})

it('tells nobody what another process took over while this one was at other clubs', async () => {
  const owners = [await setup(), await setup()]
  for (const owner of owners) await keyThat(owner, { ends: 2 })
  const clubs: string[] = []
  notifyBy(async (clubId) => {
    clubs.push(clubId)
    if (clubs.length > 1) return true
    await db().apiKeyReminder.updateMany({
      where: { clubId: { not: clubId } },
      data: { claimedAt: new Date(Date.now() - 16 * 60_000) },
    })
    return (await remind()) === 1
  })
  expect(await remind()).toBe(1)
  expect(clubs.sort()).toEqual(owners.map(({ clubId }) => clubId).sort())
})

const run = promisify(execFile)
async function waitFor(holds: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 200 && !(await holds()); i++) await sleep(100)
}

it('3 processes, one reminder: owner and admins get one mail each, strangers and those who left none', async () => {
  const smtp = await startSmtp()
  try {
    const owner = await setup()
    const { clubId } = owner
    const admin = await makeMember(clubId, ['CLUB_ADMIN'])
    const left = await makeMember(clubId, ['CLUB_ADMIN'])
    await db().membership.update({
      where: { clubId_userId: { clubId, userId: left.userId } },
      data: { status: 'REMOVED' },
    })
    const mate = await makeMember(clubId, ['COACH'])
    await makeMember((await makeClub()).id, ['CLUB_ADMIN'])
    const mine = await keyThat(owner, { ends: 2 })
    const robots = await keyThat(await makeServiceAccount(clubId, ['COACH']), { ends: 10 })
    const script = path.resolve(__dirname, '../../support/remind.mts')
    const env = {
      ...process.env,
      DATABASE_URL: database.url(),
      SMTP_URL: smtp.url,
      MAIL_FROM: 'keys@clubs.test',
      NEXTAUTH_URL: 'https://keys.test',
      LOG_LEVEL: 'error',
    }
    const all = await Promise.all(
      [1, 2, 3].map(async () => {
        const { stdout } = await run(process.execPath, ['--import', 'tsx', script], { env })
        return (JSON.parse(stdout) as { told: number }).told
      }),
    )
    expect(all.reduce((sum, one) => sum + one, 0)).toBe(2)
    const sender = spawn(
      process.execPath,
      ['--import', 'tsx', path.resolve(__dirname, '../../support/send-mails.mts')],
      { env },
    )
    await waitFor(async () => (await db().outgoingMail.count({ where: { endedAt: null } })) === 0)
    sender.kill()
    await once(sender, 'exit')
    const of = (address: string) =>
      smtp.mails.filter(({ to }) => to.includes(address)).map(({ message }) => message)
    const mentions = (address: string, name: string) =>
      of(address).join('').replaceAll('=\r\n', '').split(name).length - 1
    expect(mentions(admin.email, robots.name)).toBeGreaterThan(0)
    expect(of(admin.email).filter((message) => message.includes('https://keys.test/clubs/'))).toHaveLength(
      of(admin.email).length,
    )
    expect(of(owner.email)).toHaveLength(1)
    expect(mentions(owner.email, robots.name)).toBe(0)
    expect(mentions(owner.email, mine.name)).toBeGreaterThan(0)
    expect([of(left.email), of(mate.email)]).toEqual([[], []])
    // Both keys in one mail, or each in its own where two processes claimed them; none twice.
    const lines = of(admin.email).join('').replaceAll('=\r\n', '').match(/^- /gm)
    expect(lines).toHaveLength(2)
  } finally {
    await smtp.stop()
  }
}, 60_000)
