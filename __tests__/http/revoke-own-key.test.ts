import { makeClub, makeKey, makeMember, useDatabase } from '../support/club'
import { ask, signedIn } from '../support/in-process'

process.env.RATE_LIMIT_ENDINGS_PER_CREDENTIAL = '5'
useDatabase()

const setup = async () => makeMember((await makeClub()).id, ['COACH'])

it('POST whoami/revoke ends the key that calls, without a scope and without a body', async () => {
  const key = await makeKey(await setup(), { scopes: ['practices:read'] })
  const answer = await ask(key, 'POST', 'whoami/revoke')
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({ id: key.id, status: 'revoked', complete: true })
  expect((await ask(key, 'GET', 'whoami')).status).toBe(401)
})

it('even when the key has made all the calls that it may', async () => {
  const key = await makeKey(await setup(), { rateLimit: { limit: 1, windowSeconds: 3600 } })
  expect((await ask(key, 'GET', 'whoami')).status).toBe(200)
  expect((await ask(key, 'GET', 'whoami')).status).toBe(429)
  expect((await ask(key, 'POST', `api-keys/${key.id}/revoke`)).status).toBe(429)
  expect((await ask(key, 'POST', 'whoami/revoke')).status).toBe(200)
})

it('G13: even when somebody else with the same key has ended as much as it may', async () => {
  const key = await makeKey(await setup())
  const statuses = new Set<number>()
  for (let n = 0; n < 7; n++) statuses.add((await ask(key, 'POST', 'api-keys/revoke', { token: 'x' })).status)
  expect(statuses).toEqual(new Set([422, 429]))
  expect((await ask(key, 'POST', 'whoami/revoke')).status).toBe(200)
})

it('is for keys alone, and says so to who is signed in', async () => {
  const answer = await ask(await signedIn(await setup()), 'POST', 'whoami/revoke')
  expect(await answer.json()).toMatchObject({ status: 403, code: 'forbidden' })
})

it('POST api-keys/revoke takes a token, which stands in no answer; no other field does', async () => {
  const owner = await setup()
  const [mine, leaked] = [await makeKey(owner), await makeKey(owner)]
  const refused = await ask(mine, 'POST', 'api-keys/revoke', { token: leaked.token, reason: leaked.token })
  const text = await refused.text()
  expect([refused.status, JSON.parse(text)]).toMatchObject([422, { errors: [{ path: 'reason' }] }])
  expect(text).not.toContain(leaked.token)
  for (const token of [[leaked.token], { a: leaked.token }])
    expect((await ask(mine, 'POST', 'api-keys/revoke', { token })).status).toBe(422)
  const both = await ask(mine, 'POST', 'api-keys/revoke', { token: leaked.token, ids: [leaked.id] })
  expect(await both.json()).toMatchObject({ errors: [{ path: 'ids' }] })
  expect((await ask(leaked, 'GET', 'whoami')).status).toBe(200)
  const done = await ask(mine, 'POST', 'api-keys/revoke', { token: leaked.token })
  expect([done.status, await done.json()]).toMatchObject([200, { count: 1 }])
  expect((await ask(leaked, 'GET', 'whoami')).status).toBe(401)
})
