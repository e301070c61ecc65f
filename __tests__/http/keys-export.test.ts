import { API_KEY_COLUMNS } from '@/contracts/api-key'
import { db } from '@/lib/db/client'
import { makeClub, makeKey, makeMember, useDatabase } from '../support/club'
import { ask, type Caller } from '../support/in-process'

useDatabase()

async function setup(keys: number) {
  const { id: clubId } = await makeClub()
  const admin = await makeMember(clubId, ['CLUB_ADMIN'])
  const coach = await makeMember(clubId, ['COACH'])
  const reader = await makeKey(admin, { name: 'reader', scopes: ['api-keys:read'] })
  const rows = Array.from({ length: keys }, (_, n) => ({
    clubId,
    userId: coach.userId,
    name: n === 0 ? '=HYPERLINK("http://x","y")' : `robot ${n}`,
    digest: crypto.getRandomValues(new Uint8Array(32)),
    start: 'sk_club_abcd',
    last4: 'wxyz',
    scopes: ['practices:read', 'practices:write'],
    createdAt: new Date(Date.now() - 3_600_000 - n),
  }))
  await db().apiKey.createMany({ data: rows })
  return { clubId, reader, coach }
}
const exported = (caller: Caller, query = '', accept = 'text/csv') =>
  ask(caller, 'GET', `api-keys${query}`, undefined, { accept })

it('exports every key that the filter finds as CSV, past the end of a page, and nothing in it runs as a formula', async () => {
  const { reader } = await setup(1_100)
  const answer = await exported(reader, '?limit=1&q=robot')
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8'])
  const lines = (await answer.text()).split('\r\n')
  expect(lines[0]).toBe(API_KEY_COLUMNS.join(','))
  expect(lines).toHaveLength(1 + 1_099 + 1)
  expect(lines[1]).toContain('robot 1,sk_club_abcd,wxyz,false,active,practices:read practices:write,')
  expect(new Set(lines).size).toBe(lines.length)
  const all = await (await exported(reader)).text()
  expect(all).toContain(`,"'=HYPERLINK(""http://x"",""y"")",`)
})

it('exports in the order that is asked for, and the same as lines of JSON', async () => {
  const { reader } = await setup(3)
  const answer = await exported(reader, '?sort=name&order=desc', 'application/x-ndjson')
  const names = (await answer.text())
    .split('\n')
    .slice(0, -1)
    .map((line) => (JSON.parse(line) as { name: string }).name)
  expect(names).toEqual(['robot 2', 'robot 1', 'reader', '=HYPERLINK("http://x","y")'])
})

it('holds no more than the caller may see, no token and no honeykey', async () => {
  const { clubId, coach, reader } = await setup(2)
  const own = await makeKey(coach, { name: 'own', scopes: ['api-keys:read'] })
  await db().apiKey.update({ where: { id: own.id }, data: { metadata: { team: 'web' } } })
  const text = await (await exported(own)).text()
  expect(text).toContain('own')
  expect(text).not.toContain('reader')
  expect(text).not.toContain(own.token)
  const stranger = await makeKey(await makeMember((await makeClub()).id, ['CLUB_ADMIN']))
  const foreign = await exported(stranger, `?ownerId=${coach.userId}`)
  expect([foreign.status, await foreign.text()]).toEqual([200, ''])
  await db().apiKey.updateMany({
    where: { clubId, name: 'robot 1' },
    data: { honey: true, scopes: [], disabledAt: new Date() },
  })
  expect(await (await exported(reader)).text()).not.toContain('robot 1')
})

it('breaks off where the key is revoked meanwhile', async () => {
  const { reader } = await setup(2_000)
  const body = (await exported(reader)).body!.getReader()
  await body.read()
  await db().apiKey.update({ where: { id: reader.id }, data: { revokedAt: new Date() } })
  await expect(
    (async () => {
      while (!(await body.read()).done);
    })(),
  ).rejects.toMatchObject({ code: 'unavailable' })
})
