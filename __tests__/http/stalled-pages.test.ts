import { useDatabase } from '../support/club'
import { relayTo, type Relay } from '../support/relay'
import { startServer, type Server } from '../support/server'
import { forgetAttempts, useSession } from '../support/sign-in'

const database = useDatabase()
let relay: Relay
let server: Server
beforeAll(async () => {
  relay = await relayTo(database.url())
  server = await startServer({ databaseUrl: relay.url, env: { DATABASE_TIMEOUT_MS: '500' } })
}, 40_000)
afterAll(async () => {
  relay.mend()
  await server.stop()
  await relay.close()
})
beforeEach(forgetAttempts)

it('G7: a page is 503 while the database stalls, not a fault of ours, and is there again afterwards', async () => {
  const { cookie, home } = await useSession(server)
  const get = (path: string, method = 'GET') => server.send({ method, path, headers: [['Cookie', cookie]] })
  const paths = [
    '/',
    '/clubs',
    '/account',
    '/sign-in',
    `/clubs/${home.slug}/keys`,
    `/clubs/${home.slug}/audit`,
  ]
  relay.cut()
  try {
    for (const path of paths) {
      const { status, headers, body } = await get(path)
      expect({ path, status, retry: headers['retry-after'] }).toEqual({ path, status: 503, retry: '5' })
      expect(headers['content-type']).toContain('text/html')
      expect(headers['content-security-policy']).toContain('nonce-')
      expect(body).not.toMatch(/prisma|postgres|node_modules/i)
    }
    expect((await get('/account', 'HEAD')).status).toBe(503)
    // Nothing that needs no database.
    expect((await get('/none')).status).toBe(404)
    expect((await get('/docs/problems')).status).toBe(200)
  } finally {
    relay.mend()
  }
  for (let i = 0; i < 50 && (await get('/account')).status === 503; i++)
    await new Promise((resolve) => setTimeout(resolve, 200))
  const answer = await get('/account')
  expect([answer.status, answer.headers['retry-after']]).toEqual([200, undefined])
}, 60_000)
