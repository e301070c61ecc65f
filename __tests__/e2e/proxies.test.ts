import { writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { startHaproxy } from '../../chaos/stage/haproxy'
import { startNginx, type Proxy } from '../../chaos/stage/nginx'
import { db } from '@/lib/db/client'
import { mintToken } from '@/lib/auth/token'
import { twoClubs, useDatabase } from '../support/club'
import { useServer, type Server } from '../support/server'
import { temporaryFolder } from '../support/temporary'

const database = useDatabase()
const FAILURES = { RATE_LIMIT_FAILURES_PER_ADDRESS: '20' }
const server = useServer(database.url, { env: { TRUSTED_PROXIES: '127.0.0.1/32', ...FAILURES } })
const untrusting = useServer(database.url, { env: FAILURES })
let token: string
beforeAll(async () => {
  token = (await twoClubs()).home.keys.coach.token
})

const proxies: Proxy[] = []
afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.stop()
})

type Start = (to: Server) => Promise<Proxy>
const nginx =
  (lines: string): Start =>
  (to) =>
    startNginx([to.port], lines)
const haproxy =
  (lines: string, options?: string): Start =>
  (to) =>
    startHaproxy(to.port, lines, options)

async function before(to: Server, start: Start): Promise<Proxy> {
  const proxy = await start(to)
  proxies.push(proxy)
  return proxy
}

type Call = { method?: string; path?: string; headers?: Record<string, string>; body?: unknown }

/** From an address of this machine that is not the proxy's. */
function callFrom(
  from: string,
  port: number,
  { method = 'GET', path: target = '/api/v1/whoami', headers, body }: Call,
) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const agent = new Agent({ localAddress: from })
    const json = body === undefined ? {} : { 'content-type': 'application/json' }
    const options = { host: '127.0.0.1', port, agent, method, path: target, headers: { ...json, ...headers } }
    const sent = request(options, (answer) => {
      text(answer).then((read) => resolve({ status: answer.statusCode ?? 0, body: read }), reject)
    })
    sent.on('error', reject)
    sent.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

/** Where the audit log says that a call from 127.0.0.5 came from. */
async function recorded(proxy: Proxy, forged: Record<string, string> = {}): Promise<string | null> {
  const body = { title: 'Hill repeats', startsAt: '2027-01-01T10:00:00Z' }
  const headers = { authorization: `Bearer ${token}`, ...forged }
  const made = await callFrom('127.0.0.5', proxy.port, {
    method: 'POST',
    path: '/api/v1/practices',
    headers,
    body,
  })
  expect(made.status).toBe(201)
  const { id } = JSON.parse(made.body) as { id: string }
  return (await db().auditEvent.findFirstOrThrow({ where: { targetId: id } })).address
}

const FORMS: [string, Start][] = [
  ['nginx: X-Forwarded-For $remote_addr', nginx('proxy_set_header X-Forwarded-For $remote_addr;')],
  [
    'nginx: $proxy_add_x_forwarded_for',
    nginx('proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;'),
  ],
  ['nginx: with the port', nginx('proxy_set_header X-Forwarded-For "$remote_addr:$remote_port";')],
  [
    'nginx: Forwarded',
    nginx(
      'proxy_set_header X-Forwarded-For ""; proxy_set_header Forwarded "for=$remote_addr;proto=$scheme";',
    ),
  ],
  [
    'nginx: Forwarded, quoted with the port',
    nginx(
      `proxy_set_header X-Forwarded-For ""; proxy_set_header Forwarded 'for="$remote_addr:$remote_port";by=_front';`,
    ),
  ],
  ['HAProxy: option forwardfor', haproxy('option forwardfor')],
  ['HAProxy: with the port', haproxy('http-request set-header X-Forwarded-For %[src]:%[src_port]')],
  [
    'HAProxy: Forwarded',
    haproxy(
      'http-request del-header X-Forwarded-For\n  http-request set-header Forwarded for=\\"%[src]:%[src_port]\\";proto=http',
    ),
  ],
]

describe('the client’s address behind a proxy in TRUSTED_PROXIES', () => {
  it.each(FORMS)('%s', async (_, start) => {
    const proxy = await before(server(), start)
    expect(await recorded(proxy)).toBe('127.0.0.5')
    // What the client itself writes is not believed: at worst its address is not known.
    const forged = await recorded(proxy, { 'x-forwarded-for': '203.0.113.66' })
    expect(forged).toBe('127.0.0.5')
    expect([null, '127.0.0.5']).toContain(await recorded(proxy, { forwarded: 'for=203.0.113.66' }))
  })

  it.each([FORMS[2]!, FORMS[4]!, FORMS[6]!])(
    'failures of one client lock nobody else out: %s',
    async (_, start) => {
      const proxy = await before(server(), start)
      const bad = () => ({ headers: { authorization: `Bearer ${mintToken().secret.reveal()}` } })
      const statuses = []
      for (let i = 0; i < 22; i++) statuses.push((await callFrom('127.0.0.7', proxy.port, bad())).status)
      expect(statuses).toContain(429)
      expect((await callFrom('127.0.0.8', proxy.port, bad())).status).toBe(401)
    },
  )
})

describe('a proxy whose clients cannot be told apart is named in the log, once', () => {
  const lines = (of: Server, about: string) =>
    of
      .output()
      .split('\n')
      .filter((line) => line.includes(about))

  it('where it says nothing', async () => {
    const proxy = await before(server(), nginx('proxy_set_header X-Forwarded-For "";'))
    for (let i = 0; i < 3; i++) expect(await recorded(proxy)).toBe('127.0.0.1')
    expect(lines(server(), 'says neither in X-Forwarded-For nor in Forwarded')).toHaveLength(1)
  })

  it('where it is not in TRUSTED_PROXIES', async () => {
    const proxy = await before(untrusting(), haproxy('option forwardfor'))
    for (let i = 0; i < 3; i++) expect(await recorded(proxy)).toBe('127.0.0.1')
    expect(lines(untrusting(), 'not in TRUSTED_PROXIES')).toHaveLength(1)
  })

  it.each(['send-proxy', 'send-proxy-v2'])(
    'where it speaks the PROXY protocol, which serves nobody: %s',
    async (option) => {
      const proxy = await before(untrusting(), haproxy('option forwardfor', option))
      for (let i = 0; i < 3; i++)
        expect(
          (await callFrom('127.0.0.5', proxy.port, { headers: { 'x-api-key': token } })).status,
        ).not.toBe(200)
      expect(lines(untrusting(), 'PROXY protocol')).toHaveLength(1)
    },
  )
})

it('a proxy that asks for a password of its own stands in nobody’s way: Basic beside X-API-Key', async () => {
  const users = path.join(temporaryFolder(), 'users')
  writeFileSync(users, 'someone:{PLAIN}secret\n', { mode: 0o644 })
  const proxy = await before(server(), nginx(`auth_basic "staff"; auth_basic_user_file ${users};`))
  const authorization = `Basic ${Buffer.from('someone:secret').toString('base64')}`
  const call = (headers: Record<string, string>) => callFrom('127.0.0.5', proxy.port, { headers })
  expect((await call({ authorization, 'x-api-key': token })).status).toBe(200)
  const alone = await call({ authorization })
  expect([alone.status, (JSON.parse(alone.body) as { code: string }).code]).toEqual([
    401,
    'missing_credentials',
  ])
})
