import { useDatabase } from '../support/club'
import { forgetAttempts, useSession } from '../support/sign-in'
import { useStallingServer } from '../support/stalling-server'

const database = useDatabase()
const stalling = useStallingServer(database.url)
beforeEach(forgetAttempts)

it('G7: a page is 503 while the database stalls, not a fault of ours, and is there again afterwards', async () => {
  const { cookie, home } = await useSession(stalling.server())
  const get = (path: string, method = 'GET') =>
    stalling.server().send({ method, path, headers: [['Cookie', cookie]] })
  const paths = [
    '/',
    '/clubs',
    '/account',
    '/sign-in',
    `/clubs/${home.slug}/keys`,
    `/clubs/${home.slug}/audit`,
  ]
  stalling.relay().cut()
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
    stalling.relay().mend()
  }
  for (let i = 0; i < 50 && (await get('/account')).status === 503; i++)
    await new Promise((resolve) => setTimeout(resolve, 200))
  const answer = await get('/account')
  expect([answer.status, answer.headers['retry-after']]).toEqual([200, undefined])
}, 60_000)
