import type { AuditEvent } from '@/contracts/audit-event'
import { revokeApiKey } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { makeClub, makeKey, makeMember, useDatabase } from '../support/club'
import { ask, type Caller } from '../support/in-process'

useDatabase()

async function setup(events: number) {
  const { id: clubId } = await makeClub()
  const admin = await makeMember(clubId, ['CLUB_ADMIN'])
  const key = await makeKey(admin)
  const rows = Array.from({ length: events }, (_, n) => ({
    clubId,
    actorKind: 'api_key' as const,
    actorUserId: admin.userId,
    actorKeyId: key.id,
    actorLabel: n === 0 ? '=HYPERLINK("http://x","y")' : `robot, the ${n}th`,
    action: n % 2 ? 'practice.create' : 'practice.update',
    targetType: 'Practice',
    targetId: key.id,
    changes: { title: { from: null, to: `"${n}"\n` } },
    at: new Date(Date.now() - 3_600_000 - n),
  }))
  await db().auditEvent.createMany({ data: rows })
  return { clubId, admin, key }
}
const exported = (caller: Caller, accept: string, query = '') =>
  ask(caller, 'GET', `audit-events${query}`, undefined, { accept })

async function listed(caller: Caller, query: string): Promise<AuditEvent[]> {
  const all: AuditEvent[] = []
  for (let cursor = ''; ;) {
    const page = (await (await ask(caller, 'GET', `audit-events?limit=100${query}${cursor}`)).json()) as {
      data: AuditEvent[]
      nextCursor: string | null
    }
    all.push(...page.data)
    if (page.nextCursor === null) return all
    cursor = `&cursor=${page.nextCursor}`
  }
}

it('exports as JSON lines what the list has, page after page, with the same filters', async () => {
  const { key } = await setup(1_234)
  for (const filter of [
    '',
    '&action=practice.create',
    `&to=${new Date(Date.now() - 3_600_500).toISOString()}`,
  ]) {
    const answer = await exported(key, 'application/x-ndjson', `?limit=1${filter}`)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/x-ndjson'])
    const lines = (await answer.text())
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as AuditEvent)
    expect(lines).toEqual(await listed(key, filter))
    expect(lines.length).toBeGreaterThan(400)
  }
})

it('exports as CSV, a row each, in which nothing runs as a formula', async () => {
  const { key } = await setup(501)
  const answer = await exported(key, 'text/csv', '?targetType=Practice')
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  const text = await answer.text()
  expect(text.split('\r\n')).toHaveLength(503)
  expect(text.split('\r\n')[0]).toBe(
    'id,at,action,actorKind,actorUserId,actorUserName,actorKeyId,actorLabel,targetType,targetId,changes,requestId,address,userAgent',
  )
  expect(text).toContain(`,"'=HYPERLINK(""http://x"",""y"")",`)
  const changes = /,"({""title.*?}})",/.exec(text)?.[1]?.replaceAll('""', '"') ?? ''
  expect(JSON.parse(changes)).toEqual({ title: { from: null, to: '"0"\n' } })
})

it('sends the first part before the last one is read, and breaks off where the key is revoked meanwhile', async () => {
  const { key, admin } = await setup(4_000)
  const answer = await exported(key, 'application/x-ndjson')
  const reader = answer.body!.getReader()
  expect((await reader.read()).done).toBe(false)
  const { operatorActor } = await import('@/lib/auth/actor')
  await revokeApiKey(operatorActor(admin.clubId, null, 'test'), { id: key.id })
  await expect(
    (async () => {
      while (!(await reader.read()).done);
    })(),
  ).rejects.toMatchObject({ code: 'unavailable' })
})

it('breaks off where the owner is no admin any more', async () => {
  const { key, admin, clubId } = await setup(4_000)
  await makeMember(clubId, ['CLUB_ADMIN'])
  const reader = (await exported(key, 'text/csv')).body!.getReader()
  await reader.read()
  await db().membership.update({
    where: { clubId_userId: { clubId, userId: admin.userId } },
    data: { roles: ['COACH'] },
  })
  await expect(
    (async () => {
      while (!(await reader.read()).done);
    })(),
  ).rejects.toMatchObject({ code: 'unavailable' })
})

it('refuses as the list does, before anything is sent', async () => {
  const { clubId } = await setup(1)
  const coach = await makeKey(await makeMember(clubId, ['COACH']))
  expect((await exported(coach, 'text/csv')).status).toBe(403)
  const { key } = await setup(1)
  const bad = await exported(key, 'text/csv', '?action=x')
  expect([bad.status, bad.headers.get('content-type')]).toEqual([422, 'application/problem+json'])
  const foreign = await exported(key, 'text/csv', `?actorUserId=${coach.id}`)
  expect([foreign.status, await foreign.text()]).toEqual([200, ''])
})
