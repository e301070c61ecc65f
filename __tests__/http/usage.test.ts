import { flushUses, recordFailure, recordUse } from '@/lib/usage/record'
import { makeClub, makeKey, makeMember, useDatabase } from '../support/club'
import { ask } from '../support/in-process'

useDatabase()

async function setup() {
  const { id: clubId } = await makeClub()
  const admin = await makeKey(await makeMember(clubId, ['CLUB_ADMIN']))
  const coach = await makeKey(await makeMember(clubId, ['COACH']))
  recordUse(coach.id)
  recordFailure(coach.id, 'limited')
  await flushUses()
  return { admin, coach }
}

it('GET usage and GET api-keys/{id}/usage tell what keys did', async () => {
  const { admin, coach } = await setup()
  const counts = { requests: 1, denied: 0, limited: 1, errors: 0 }
  for (const target of [`usage?keyId=${coach.id}&by=hour`, `api-keys/${coach.id}/usage?by=hour`]) {
    const answer = await ask(admin, 'GET', target)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('vary')).toBe('accept')
    const said = (await answer.json()) as { data: object[]; total: object }
    expect(said.total).toEqual(counts)
    expect(said.data).toHaveLength(24)
    expect(said.data.at(-1)).toMatchObject(counts)
  }
})

it('counts a call once: refused for want of a scope it is denied, and not let in', async () => {
  const coach = await makeKey(await makeMember((await makeClub()).id, ['COACH']))
  expect((await ask(coach, 'GET', 'whoami')).status).toBe(200)
  expect((await ask(coach, 'GET', 'audit-events')).status).toBe(403)
  await flushUses()
  const { total } = (await (await ask(coach, 'GET', `api-keys/${coach.id}/usage`)).json()) as {
    total: object
  }
  expect(total).toEqual({ requests: 1, denied: 1, limited: 0, errors: 0 })
})

it.each([
  ['text/csv', true],
  ['text/csv;q=0.5', true],
  ['TEXT/CSV, application/json;q=0.9', true],
  ['text/*', true],
  ['application/json, text/csv', false],
  ['text/csv;q=0, */*', false],
  ['*/*', false],
  ['text/html', false],
  ['', false],
])('answers in the form that is wanted most: %j', async (accept, csv) => {
  const { coach } = await setup()
  const answer = await ask(coach, 'GET', `api-keys/${coach.id}/usage?by=day`, undefined, { accept })
  const type = csv ? 'text/csv; charset=utf-8' : 'application/json'
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type])
  if (!csv) return
  const lines = (await answer.text()).split('\r\n')
  expect(lines).toHaveLength(32)
  expect(lines[0]).toBe('from,to,requests,denied,limited,errors')
  expect(lines[30]).toMatch(/^\d{4}-\d\d-\d\dT00:00:00\.000Z,\d{4}-\d\d-\d\dT00:00:00\.000Z,\d+,0,1,0$/)
})

it.each(['from=yesterday', 'by=week', 'keyId=1', 'limit=3', 'from=2020-01-01T00:00:00Z'])(
  'refuses %s with 422',
  async (query) => {
    const { admin } = await setup()
    const answer = await ask(admin, 'GET', `usage?${query}`)
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({
      errors: expect.arrayContaining([expect.objectContaining({ path: query.split('=')[0]! })]),
    })
  },
)
