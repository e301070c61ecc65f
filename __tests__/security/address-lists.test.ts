import { randomUUID } from 'node:crypto'
import { updateApiKey } from '@/lib/auth/api-key'
import { operatorActor } from '@/lib/auth/actor'
import { mintToken } from '@/lib/auth/token'
import { db } from '@/lib/db/client'
import { comparable, expectProblem } from '../support/answers'
import { changesHeard, makeKey, twoClubs, useDatabase, type TestKey } from '../support/club'
import { forgedAddresses } from '../support/forged-addresses'
import { useOtherApp } from '../support/other-app'
import { requestBytes, sendBytes, type RawResponse } from '../support/raw-http'
import { useServer, type Server } from '../support/server'

const database = useDatabase()
const TRUSTING = { TRUSTED_PROXIES: '127.0.0.1/32, ::1/128' }
const PATH = '/api/v1/whoami'

type Headers = [string, string][]
let home: Awaited<ReturnType<typeof twoClubs>>['home']
/** For this machine, for an office elsewhere, for anywhere. */
let here: TestKey
let office: TestKey
let anywhere: TestKey
beforeAll(async () => {
  home = (await twoClubs()).home
  here = await makeKey(home.coach, { allowedCidrs: ['127.0.0.0/8'] })
  office = await makeKey(home.coach, { allowedCidrs: ['203.0.113.0/24', '2001:db8::/32'] })
  anywhere = home.keys.coach
})

const ask = (on: Server, { token }: Pick<TestKey, 'token'>, headers: Headers = [], path = PATH) =>
  on.send({ path, headers: [...headers, ['Authorization', `Bearer ${token}`]] })
const status = async (...given: Parameters<typeof ask>) => (await ask(...given)).status

/** What an unknown key is answered from there, asked once of each server. */
const unknownAnswers = new Map<string, Promise<RawResponse>>()
function askUnknown(on: Server, headers: Headers): Promise<RawResponse> {
  const name = JSON.stringify([on.port, headers])
  const asked = unknownAnswers.get(name) ?? ask(on, { token: mintToken().secret.reveal() }, headers)
  unknownAnswers.set(name, asked)
  return asked
}

async function expectRefused(on: Server, answer: RawResponse, headers: Headers = []): Promise<void> {
  expectProblem(answer, 'invalid_token')
  expect(comparable(answer)).toBe(comparable(await askUnknown(on, headers)))
}

describe.each<[mode: 'start' | 'standalone' | 'dev']>([['start'], ['standalone'], ['dev']])(
  'an address list under %s',
  (mode) => {
    const start = (env: Record<string, string> = {}) =>
      mode === 'start' ? useServer(database.url, { env }) : useOtherApp(database.url, env, mode)

    // One after the other: the framework runs one development server for a folder.
    describe('without trusted proxies', () => {
      const direct = start()

      it('lets in from where it says, and answers elsewhere like an unknown key', async () => {
        expect(await status(direct(), here)).toBe(200)
        expect(await status(direct(), anywhere)).toBe(200)
        await expectRefused(direct(), await ask(direct(), office))
      })

      it('cannot be talked round by any header', async () => {
        const forged = forgedAddresses('203.0.113.7')
        const refused = await Promise.all(forged.map((headers) => ask(direct(), office, headers)))
        for (const answer of refused) await expectRefused(direct(), answer)
        const taken = await Promise.all(forged.map((headers) => status(direct(), here, headers)))
        expect(forged.map((headers, i) => [headers, refused[i]?.status, taken[i]])).toEqual(
          forged.map((headers) => [headers, 401, 200]),
        )
      })
    })

    describe('behind a trusted proxy', () => {
      const behindProxy = start(TRUSTING)

      it.each<[headers: Headers, office: number]>([
        [[['X-Forwarded-For', '203.0.113.7']], 200],
        [[['X-Forwarded-For', '::ffff:203.0.113.7']], 200],
        [[['X-Forwarded-For', '::FFFF:cb00:7107']], 200],
        [[['X-Forwarded-For', '2001:DB8:1::7']], 200],
        [[['X-Forwarded-For', '198.51.100.66, 203.0.113.7, 127.0.0.1']], 200],
        // What stands to the left is the client's own word.
        [[['X-Forwarded-For', '203.0.113.7, 198.51.100.66']], 401],
        [
          [
            ['X-Forwarded-For', '203.0.113.7'],
            ['X-Forwarded-For', '198.51.100.66'],
          ],
          401,
        ],
        [[['X-Forwarded-For', '::203.0.113.7']], 401],
        [[['X-Forwarded-For', '203.0.113.7, unknown']], 401],
        [[['X-Forwarded-For', '203.0.113.7, ']], 401],
        [[['X-Forwarded-For', '203.0.113.7:443']], 200],
        [[['X-Forwarded-For', '203.0.113.7:port']], 401],
        [[['X-Forwarded-For', '2001:db8::7%eth0, 198.51.100.66']], 401],
        [[['X-Forwarded-For', '']], 401],
        [[['X-Real-IP', '203.0.113.7']], 401],
        [[['Forwarded', 'for=203.0.113.7']], 200],
        [[['Forwarded', 'for=203.0.113.7, for=198.51.100.66']], 401],
        [[['Forwarded', 'for=_hidden']], 401],
        // Whichever of the two a client wrote, it is not believed against the proxy's own.
        [
          [
            ['Forwarded', 'for=203.0.113.7'],
            ['X-Forwarded-For', '198.51.100.66'],
          ],
          401,
        ],
        [[['x-clubkeys-peer', '203.0.113.7']], 401],
        [[], 401],
      ])('reads what a trusted proxy says: %j is %s', async (headers, expected) => {
        const answer = await ask(behindProxy(), office, headers)
        expect(answer.status).toBe(expected)
        if (expected === 401) await expectRefused(behindProxy(), answer, headers)
      })

      it('is not known for certain behind a proxy that names nobody, and so refused', async () => {
        const headers: Headers = [['X-Forwarded-For', 'unknown']]
        expect(await status(behindProxy(), here, headers)).toBe(401)
        expect(await status(behindProxy(), anywhere, headers)).toBe(200)
        expect(await status(behindProxy(), here)).toBe(200)
      })
    })
  },
)

describe('an address list', () => {
  const server = useServer(database.url)
  const stranger = useOtherApp(database.url)
  const forgetful = useOtherApp(database.url, {
    FORGET_INSTRUMENTATION: 'yes',
    TRUSTED_PROXIES: '0.0.0.0/0, ::/0',
  })

  it('knows a peer of IPv6, and one of IPv4 on a socket of both', async () => {
    const six = await makeKey(home.coach, { allowedCidrs: ['::1'] })
    const from = async (host: string, { token }: TestKey) => {
      const bytes = requestBytes({ path: PATH, headers: [['Authorization', `Bearer ${token}`]] })
      return (await sendBytes(server().port, bytes, 10_000, host)).status
    }
    expect([await from('::1', six), await from('127.0.0.1', six)]).toEqual([200, 401])
    expect([await from('::1', here), await from('127.0.0.1', here)]).toEqual([401, 200])
  })

  it('holds where the middleware is absent, and for every path that has one', async () => {
    for (const path of ['/outside', '/inside', '/api/echo', '/api/auth/echo', '/elsewhere']) {
      const answer = await ask(stranger(), office, [['X-Forwarded-For', '203.0.113.7']], path)
      expect([path, answer.status]).toEqual([path, 401])
      expect([path, await status(stranger(), here, [], path)]).toEqual([path, 200])
    }
    expect(await status(stranger(), office, [['purpose', 'prefetch']])).toBe(401)
  })

  it('refuses every key that has one in an app that forgot the hook, and no other', async () => {
    const forged: Headers[] = [[], ...forgedAddresses('127.0.0.1')]
    for (const path of [PATH, '/outside']) {
      const found = await Promise.all(
        forged.map(async (headers) => [
          headers,
          await status(forgetful(), here, headers, path),
          await status(forgetful(), anywhere, headers, path),
        ]),
      )
      expect([path, found]).toEqual([path, forged.map((headers) => [headers, 401, 200])])
    }
  })

  it('G5: counts from the next request on, in every process, however it was changed', async () => {
    const key = await makeKey(home.coach, { allowedCidrs: ['127.0.0.1'] })
    const owner = operatorActor(home.clubId, home.coach.userId, 'test')
    expect(await status(server(), key)).toBe(200)
    await updateApiKey(owner, { id: key.id, allowedCidrs: ['203.0.113.0/24'] })
    await changesHeard()
    expect(await status(server(), key)).toBe(401)
    await db().$executeRaw`UPDATE "ApiKey" SET "allowedCidrs" = '127.0.0.0/8' WHERE "id" = ${key.id}::uuid`
    await changesHeard()
    expect(await status(server(), key)).toBe(200)
    await db().$executeRaw`UPDATE "ApiKey" SET "allowedCidrs" = '203.0.113.7' WHERE "id" = ${key.id}::uuid`
    await changesHeard()
    expect(await status(server(), key)).toBe(401)
  })

  it('counts what it refuses as denied, and not as a use', async () => {
    const key = await makeKey(home.coach, { allowedCidrs: ['203.0.113.7'] })
    for (let i = 0; i < 3; i++) expect(await status(server(), key)).toBe(401)
    await new Promise((resolve) => setTimeout(resolve, 2_500))
    expect(
      await db().apiKeyUsage.findMany({
        where: { apiKeyId: key.id },
        select: { requests: true, denied: true },
      }),
    ).toEqual([{ requests: 0, denied: 3 }])
    expect(await db().apiKeyUse.count({ where: { apiKeyId: key.id } })).toBe(0)
  })

  it('is shown, changed and refused over the API', async () => {
    const call = (method: string, path: string, body?: object) =>
      server().call(method, `/api/v1/api-keys${path}`, anywhere.token, body)
    const made = await call('POST', '', {
      name: 'pinned',
      scopes: ['practices:read'],
      allowedCidrs: ['::ffff:10.0.0.0/104'],
    })
    expect(made.json()).toMatchObject({ allowedCidrs: ['10.0.0.0/8'] })
    const id = made.json().id as string
    const { errors } = expectProblem(
      await call('PATCH', `/${id}`, { name: 'half', allowedCidrs: ['::1', '10.9.8.7/8'] }),
      'validation_failed',
    )
    expect(errors).toEqual([
      {
        path: 'allowedCidrs.1',
        message: 'must not have bits set beyond its length: the network is 10.0.0.0/8',
      },
    ])
    expect((await call('GET', `/${id}`)).json()).toMatchObject({
      name: 'pinned',
      allowedCidrs: ['10.0.0.0/8'],
    })
    expect((await call('PATCH', `/${id}`, { allowedCidrs: null })).json()).toMatchObject({
      allowedCidrs: null,
    })
    expectProblem(await call('PATCH', `/${randomUUID()}`, { allowedCidrs: ['::1'] }), 'not_found')
  })
})
