import { execFileSync } from 'node:child_process'
import { changesHeard, makeClub, makeKey, makeMember, useDatabase, type Member } from '../support/club'
import { oldToken } from '../support/importing'
import { useHostApp } from '../support/other-app'
import { useRows } from '../support/rows'
import type { Server } from '../support/server'
import { commandFile } from '../support/command-file'

// An app with keys in a column of its own moves to the layer's door, step by step and back (docs/migrating.md).

const database = useDatabase()
const rows = useRows(database.directUrl)
const env = (more: Record<string, string> = {}) => ({
  ...more,
  HOST_OLD_HEADERS: 'X-Shop-Token,Authorization: Token',
  // Known once the database is made.
  get SHOP_DATABASE_URL() {
    return database.directUrl()
  },
})
const [early, late, stranger] = [oldToken(), oldToken(), oldToken()]
let coach: Member
let adopt: (...more: string[]) => Record<string, unknown>
beforeAll(async () => {
  const club = await makeClub()
  coach = await makeMember(club.id, ['COACH'])
  await rows.query('CREATE TABLE clients (id serial PRIMARY KEY, api_key text UNIQUE, owner text)')
  await rows.query('INSERT INTO clients (api_key, owner) VALUES ($1, $2)', [early, coach.email])
  const given = ['--club', club.slug, '--table', 'clients', '--token-column', 'api_key', '--owner-column', 'owner', '--scope', 'practices:read', '--json'] // prettier-ignore
  const environment = {
    ...process.env,
    DATABASE_URL: database.url(),
    DATABASE_DIRECT_URL: database.directUrl(),
  }
  adopt = (...more) =>
    JSON.parse(
      execFileSync(process.execPath, [commandFile('keys'), 'adopt', ...given, ...more], {
        env: environment,
        encoding: 'utf8',
      }),
    ) as Record<string, unknown>
})
const without = useHostApp(database.url, env({ HOST_DOOR: 'none' }))
const reporting = useHostApp(database.url, env({ HOST_REFUSALS: 'report' }))
const refusing = useHostApp(database.url, env())
const NOWHERE = () => 'postgresql://nobody:none@127.0.0.1:1/none'
const cutOff = useHostApp(NOWHERE, env({ HOST_REFUSALS: 'report' }))

const FORGED = ['X-Api-Key-Club-Id', 'X-Api-Key-User-Id', 'X-Auth-Type', 'X-Api-Key-Context']
const claims = FORGED.map((name): [string, string] => [name, 'forged'])

/** Who lets a client in: the layer's door, or the app's own column; or its status. */
async function by(on: Server, token: string, header = 'X-Shop-Token', headers: [string, string][] = []) {
  const answer = await on.send({ path: '/shop/api/v1/legacy/', headers: [[header, token], ...headers] })
  expect(answer.body).not.toContain('forged')
  return answer.status === 200 ? String(answer.json().by) : answer.status
}
const handler = async (on: Server, token: string) => {
  const answer = await on.send({ path: '/shop/api/v1/echo/', headers: [['X-Shop-Token', token], ...claims] })
  const { code, clubId, received } = answer.json() as Record<string, object | string>
  for (const name of FORGED) expect(Object.keys(received ?? {})).not.toContain(name.toLowerCase())
  return code ?? clubId
}

it('1. before: the app’s own column decides', async () => {
  expect(await by(without(), early)).toBe('column')
  expect(await by(without(), stranger)).toBe(401)
})

it('2. the tokens come in, and stay in the column', async () => {
  expect(adopt('--keep-plaintext')).toMatchObject({ imported: 1, refused: 0 })
  // Somebody signs up before the door decides.
  await rows.query('INSERT INTO clients (api_key, owner) VALUES ($1, $2)', [late, coach.email])
  await changesHeard()
  expect(await by(without(), early)).toBe('column')
})

it('3. the door reports: whom it does not know the column still does, and nobody is refused for it', async () => {
  expect(reporting().output()).toContain('the door of this app only reports')
  expect(await by(reporting(), early, 'X-Shop-Token')).toBe('door')
  expect(await by(reporting(), late)).toBe('column')
  expect(await by(reporting(), late, 'X-Shop-Token', claims)).toBe('column')
  expect(await by(reporting(), stranger, 'X-Shop-Token', claims)).toBe(401)
  expect(await by(reporting(), `sk_club_${'a'.repeat(49)}`, 'X-Shop-Token', claims)).toBe(401)
  const answer = await reporting().send({ path: '/shop/api/v1/legacy/', headers: [['X-Shop-Token', late]] })
  expect(answer.json().reported).toEqual({ invalid_token: 4, missing_credentials: 1 })
})

it('who needs an identity gets none of what is only reported', async () => {
  expect(await handler(reporting(), late)).toBe('invalid_token')
  expect(await handler(reporting(), stranger)).toBe('invalid_token')
  const trusting = await reporting().send({
    path: '/shop/api/v1/trusting/',
    headers: [['X-Shop-Token', stranger], ...claims],
  })
  expect(trusting.json()).toEqual({ reached: true, club: null })
})

it('what is reported is in the log, and no token with it', async () => {
  await new Promise((resolve) => setTimeout(resolve, 1_200))
  expect(reporting().output()).toContain('"code":"invalid_token","reason":"unknown"')
  for (const server of [reporting(), refusing(), without()])
    for (const token of [early, late, stranger]) expect(server.output()).not.toContain(token)
})

it('twice the header, or two of them, is no credential; neither is a key that was made here', async () => {
  const ours = await makeKey(coach, { scopes: ['practices:read'] })
  const send = (headers: [string, string][]) => refusing().send({ path: '/shop/api/v1/echo/', headers })
  for (const headers of [
    [
      ['X-Shop-Token', early],
      ['x-shop-token', early],
    ],
    [
      ['X-Shop-Token', early],
      ['X-Shop-Token', ''],
    ],
    [
      ['X-Shop-Token', ''],
      ['X-Shop-Token', early],
    ],
    [
      ['X-Shop-Token', early],
      ['Authorization', `Token ${early}`],
    ],
    [
      ['X-Shop-Token', early],
      ['Authorization', `Bearer ${early}`],
    ],
    [
      ['X-Shop-Token', early],
      ['X-API-Key', early],
    ],
    [
      ['Authorization', `Token ${early}`],
      ['Authorization', `Token ${early}`],
    ],
    [['X-Shop-Token', 'a'.repeat(8_192)]],
    [['X-Shop-Token', `${early}\xff`]],
  ] as [string, string][][])
    expect([headers.length, (await send(headers)).status]).toEqual([headers.length, 400])
  expect((await send([['Authorization', `Token ${early}`]])).json().clubId).toBe(coach.clubId)
  expect((await send([['Authorization', `Bearer ${early}`]])).json().clubId).toBe(coach.clubId)
  expect((await send([['X-Shop-Token', ours.token]])).json().code).toBe('missing_credentials')
  expect((await send([['X-Shop-Token', stranger]])).headers['www-authenticate']).toBe(
    'Bearer realm="api", error="invalid_token"',
  )
})

it('a database that is away stops no client of the app’s while the door only reports', async () => {
  expect(await by(cutOff(), early)).toBe('column')
  expect(await by(cutOff(), stranger)).toBe(401)
  expect(await handler(cutOff(), early)).not.toBe(coach.clubId)
})

it('4. the door decides: who came since is refused, and one step back is known again', async () => {
  expect(await by(refusing(), early)).toBe('door')
  expect(await by(refusing(), late)).toBe(401)
  // Back to 3, and to 1.
  expect(await by(reporting(), late)).toBe('column')
  for (const token of [early, late]) expect(await by(without(), token)).toBe('column')
})

it('5. what came since comes along, and the column is cleared: there is no way back from here', async () => {
  expect(adopt('--finish')).toMatchObject({ left: 0, refused: 0 })
  await changesHeard()
  for (const token of [early, late]) {
    expect(await by(refusing(), token)).toBe('door')
    expect(await by(reporting(), token)).toBe('door')
    expect(await by(without(), token)).toBe(401)
  }
})
