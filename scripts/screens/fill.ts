import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { PASSWORD } from '../../__tests__/support/browser'
import type { RegisteredRole as Role } from '@/contracts/definition'
import type { Actor } from '@/lib/actor'
import { operatorActor } from '@/lib/auth/actor'
import { createApiKey, revokeApiKey, rotateApiKey, updateApiKey } from '@/lib/auth/api-key'
import { createLoginSession } from '@/lib/sign-in/login-session'
import { hashPassword } from '@/lib/sign-in/password'
import { sessionActor } from '@/lib/sign-in/session-actor'
import { createClub } from '@/lib/clubs/create-club'
import { db } from '@/lib/db/client'
import { runImport } from '@/lib/import/run-import'
import { createServiceAccount } from '@/lib/service-accounts/create'
import { updateServiceAccount } from '@/lib/service-accounts/update'
import { fillActivity, leaveUnused } from './fill-activity'
import { fillLeaks } from './fill-leaks'
import { KEYS, type KeySpec } from './keys-to-show'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const ago = (ms: number) => new Date(Date.now() - ms)

export async function fill(): Promise<void> {
  const { club } = await createClub('ops', {
    slug: 'demo',
    name: 'Demo Athletics',
    admin: { email: 'ada@demo.test', name: 'Ada Admin' },
    roles: ['CLUB_ADMIN', 'COACH'],
  })
  await createClub('ops', {
    slug: 'rival',
    name: 'Rival Runners and Field Sports Association',
    admin: { email: 'ada@demo.test' },
    roles: ['CLUB_ADMIN'],
  })
  await createClub('ops', {
    slug: 'solo',
    name: 'Solo Swimmers',
    admin: { email: 'sue@solo.test', name: 'Sue Solo' },
  })
  await join(club.id, 'carl@demo.test', 'Carl Coach', ['COACH'], 400)
  await join(club.id, 'ayo@demo.test', 'Ayo Athlete', ['ATHLETE'], 90)
  await join(
    club.id,
    'maximiliane.von.hohenstein@demo.test',
    'Maximiliane von Hohenstein-Oldenburg',
    ['COACH', 'ATHLETE'],
    12,
    'SUSPENDED',
  )
  await invited(club.id, 'ines@demo.test', 'Ines Invited', 23)
  await invited(club.id, 'late@demo.test', 'Lee Late', -40)
  await db().user.updateMany({
    data: { passwordHash: await hashPassword(PASSWORD), emailVerified: new Date() },
  })
  await db().membership.updateMany({
    where: { clubId: club.id, user: { email: 'ada@demo.test' } },
    data: { joinedAt: ago(500 * DAY_MS) },
  })
  for (const spec of KEYS) await makeKey(club.id, spec)
  await makeAccounts(club.id)
  await importSome(club.id)
  await useSome(club.id)
  await changeSome(club.id)
  await countHours(club.id)
}

async function join(
  clubId: string,
  email: string,
  name: string,
  roles: Role[],
  days: number,
  status: 'ACTIVE' | 'SUSPENDED' = 'ACTIVE',
) {
  await db().user.create({
    data: { email, name, memberships: { create: { clubId, roles, status, joinedAt: ago(days * DAY_MS) } } },
  })
}

async function actorOf(clubId: string, who: string): Promise<Actor & { userId: string }> {
  const { id: userId } = await db().user.findFirstOrThrow({ where: { email: `${who}@demo.test` } })
  const { slug } = await db().club.findUniqueOrThrow({ where: { id: clubId } })
  const trace = {
    requestId: crypto.randomUUID(),
    address: '203.0.113.7',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/146.0',
  }
  const actor = await sessionActor(
    { userId, sessionId: await createLoginSession(userId, trace) },
    slug,
    trace,
  )
  if (!actor) throw new Error(`${who} is not signed in`)
  return { ...actor, userId }
}

async function makeKey(
  clubId: string,
  { owner, name, scopes, days, madeDaysAgo, usedHoursAgo }: KeySpec,
): Promise<void> {
  const { id } = await createApiKey(await actorOf(clubId, owner), { name, scopes })
  const expiresAt = days === null ? null : ago(-days * DAY_MS)
  await db().apiKey.update({ where: { id }, data: { createdAt: ago(madeDaysAgo * DAY_MS), expiresAt } })
  if (usedHoursAgo === undefined) return
  await db().apiKeyUse.create({ data: { apiKeyId: id, clubId, lastUsedAt: ago(usedHoursAgo * HOUR_MS) } })
}

async function makeAccounts(clubId: string): Promise<void> {
  const ada = await actorOf(clubId, 'ada')
  const board = await createServiceAccount(ada, { name: 'Stadium scoreboard', roles: ['COACH'] })
  const archive = await createServiceAccount(ada, {
    name: 'Federation archive and results exchange',
    roles: ['CLUB_ADMIN', 'COACH'],
  })
  await createServiceAccount(ada, { name: 'Old website', roles: ['COACH'] }).then(({ id }) =>
    updateServiceAccount(ada, { id, status: 'SUSPENDED' }),
  )
  await createApiKey(ada, { name: 'Results feed', scopes: ['practices:read'], ownerId: board.user.id })
  await createApiKey(ada, {
    name: 'Nightly export',
    scopes: ['practices:read', 'members:read'],
    ownerId: archive.user.id,
  })
  await createApiKey(ada, { name: 'Monthly audit', scopes: ['audit:read'], ownerId: archive.user.id })
}

/** Of an older system: some are in use, others not. */
async function importSome(clubId: string): Promise<void> {
  const names = ['Old scoreboard', 'Old results page', 'Old mobile app']
  const rows = names.map((name, at) => ({
    line: at,
    cells: { name, token: `acme_${randomBytes(24).toString('hex')}` },
  }))
  const { id: userId } = await db().user.findFirstOrThrow({ where: { email: 'carl@demo.test' } })
  await runImport(operatorActor(clubId, null, 'operator:ops'), Readable.from(rows), {
    ...{
      kind: 'plaintext',
      prefix: '',
      words: new Set<string>(),
      minBits: null,
      allowWeak: false,
      owner: userId,
    },
    ...{ scopes: ['practices:read'], deadline: null, dryRun: false, onRefused: () => undefined },
  })
  const imported = await db().apiKey.findMany({ where: { clubId, imported: true }, take: 2 })
  for (const { id: apiKeyId } of imported)
    await db().apiKeyUse.create({ data: { apiKeyId, clubId, lastUsedAt: ago(5 * HOUR_MS) } })
}

/** Enough that somebody who is to leave has keys that matter. */
async function useSome(clubId: string): Promise<void> {
  const used = [
    ['Session planner', 212],
    ['Team calendar', 4_210],
  ] as const
  for (const [name, requests] of used) {
    const { id: apiKeyId } = await db().apiKey.findFirstOrThrow({ where: { clubId, name } })
    await db().apiKeyUsage.create({ data: { apiKeyId, clubId, hour: ago(3 * HOUR_MS), requests } })
    await db().apiKeyScopeUse.create({
      data: { apiKeyId, clubId, scope: 'practices:write', lastUsedAt: ago(3 * HOUR_MS) },
    })
  }
}

/** Eight days of a club whose people train in the evening: what the overview shows. */
async function countHours(clubId: string): Promise<void> {
  const now = Math.floor(Date.now() / HOUR_MS)
  const carl = await db().user.findFirstOrThrow({ where: { email: 'carl@demo.test' } })
  for (let n = 0; n < 8 * 24; n++) {
    const hour = new Date((now - n) * HOUR_MS)
    const [of, day] = [hour.getUTCHours(), hour.getUTCDay()]
    const requests = 40 + 12 * of + (of > 15 && of < 22 ? 900 : 0) + (day === 6 ? 600 : 0)
    const counts = {
      denied: n % 11 === 0 ? 3 : 0,
      limited: n % 29 === 0 ? 14 : 0,
      errors: n % 47 === 0 ? 1 : 0,
    }
    const club = { clubId, hour, requests, ...counts }
    await db().clubUsage.upsert({ where: { clubId_hour: { clubId, hour } }, create: club, update: club })
    const own = { clubId, userId: carl.id, hour, requests: Math.round(requests / 5) }
    await db().ownerUsage.upsert({
      where: { clubId_userId_hour: { clubId, userId: carl.id, hour } },
      create: own,
      update: own,
    })
  }
}

async function changeSome(clubId: string): Promise<void> {
  const ada = await actorOf(clubId, 'ada')
  const idOf = async (name: string) => (await db().apiKey.findFirstOrThrow({ where: { clubId, name } })).id
  await updateApiKey(ada, { id: await idOf('Scoreboard'), name: 'Scoreboard at the main stadium' })
  await updateApiKey(ada, { id: await idOf('Watch sync'), disabled: true })
  await updateApiKey(ada, { id: await idOf('Watch sync'), disabled: false })
  await updateApiKey(ada, { id: await idOf('Spreadsheet import'), disabled: true })
  await rotateOne(clubId, await idOf('Scoreboard at the main stadium'))
  await fillActivity(clubId, await idOf('ci-bot'))
  await makeByKey(clubId, await idOf('ci-bot'))
  await dress(clubId, await idOf('ci-bot'))
  await leaveUnused(clubId, await idOf('Nightly backup of training plans to the federation’s archive'))
  await revokeApiKey(ada, { id: await idOf('Carl’s laptop'), reason: 'Laptop lost on the train' })
  await fillLeaks(clubId, ada)
}

/** With a setting of every kind. */
async function dress(clubId: string, id: string): Promise<void> {
  const allowedCidrs = ['203.0.113.0/24', '2001:db8:85a3::/48']
  const metadata = { environment: 'production', team: { name: 'Platform', lead: 'Ada' } }
  const rateLimit = { limit: 600, windowSeconds: 60 }
  await updateApiKey(await actorOf(clubId, 'ada'), { id, allowedCidrs, metadata, rateLimit })
}

/** Replaced two hours ago, and still in use. */
async function rotateOne(clubId: string, id: string): Promise<void> {
  const next = await rotateApiKey(await actorOf(clubId, 'ada'), { id })
  await db().apiKey.update({ where: { id: next.id }, data: { createdAt: ago(2 * HOUR_MS) } })
  await db().apiKeyUse.updateMany({ where: { apiKeyId: id }, data: { lastUsedAt: ago(HOUR_MS / 5) } })
  const hour = new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS)
  await db().apiKeyUsage.create({ data: { apiKeyId: id, clubId, hour, requests: 1284 } })
}

async function makeByKey(clubId: string, keyId: string): Promise<void> {
  const maker: Actor = {
    ...(await actorOf(clubId, 'ada')),
    via: { kind: 'api_key', keyId, keyName: 'ci-bot', expiresAt: null, metadata: {} },
  }
  for (const name of ['ci-bot, preview 41', 'ci-bot, preview 42'])
    await createApiKey(maker, { name, scopes: ['practices:read'] })
}

/** Somebody who has not come yet. @param hours how long their link still works; negative: since when it does not */
async function invited(clubId: string, email: string, name: string, hours: number): Promise<void> {
  await join(clubId, email, name, ['ATHLETE'], 1)
  const member = await db().membership.findFirstOrThrow({
    where: { clubId, user: { email } },
    select: { userId: true },
  })
  const admin = await db().user.findUniqueOrThrow({ where: { email: 'ada@demo.test' } })
  const expiresAt = new Date(Date.now() + hours * HOUR_MS)
  const sentAt = new Date(expiresAt.getTime() - DAY_MS)
  await db().invitation.create({
    data: { clubId, userId: member.userId, invitedById: admin.id, sentAt, expiresAt },
  })
}
