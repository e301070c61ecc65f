import { db } from '@/lib/db/client'
import { makeClub, makeKey, makeMember, useDatabase, type Member, type TestKey } from '../support/club'
import { bearer } from '../support/forgery'
import { useServer } from '../support/server'

const TOKEN = 'of-the-scraper/+=0123456789'
const database = useDatabase()
const server = useServer(database.url, {
  env: { METRICS_TOKEN: TOKEN, TRUSTED_PROXIES: '127.0.0.1/32', RATE_LIMIT_FAILURES_PER_ADDRESS: '30' },
})

let owner: Member
let key: TestKey
beforeAll(async () => {
  owner = await makeMember((await makeClub()).id, ['COACH'])
  key = await makeKey(owner)
})

const scrape = (headers: [string, string][] = bearer(TOKEN)) =>
  server().send({ path: '/api/metrics', headers })
const whoami = (token: string) => server().call('GET', '/api/v1/whoami', token)

/** Reads the text format strictly: a type before each series, one value a line, no series twice. */
async function numbers(): Promise<Map<string, number>> {
  const { body } = await scrape()
  const types = new Map<string, string>()
  const seen = new Map<string, number>()
  for (const line of body.trimEnd().split('\n')) {
    const [, name = '', type = ''] = /^# TYPE (\w+) (counter|gauge|histogram)$/.exec(line) ?? []
    if (name) {
      expect(types.has(name)).toBe(false)
      types.set(name, type)
    }
    if (line.startsWith('#')) continue
    const [, series = '', metric = '', value = ''] =
      /^((\w+)(?:\{\w+="[^"\\\n]*"(?:,\w+="[^"\\\n]*")?\})?) (-?[\d.e+-]+|[+-]Inf|NaN)$/.exec(line) ?? []
    expect({ line, series }).not.toEqual({ line, series: '' })
    expect(types.has(metric.replace(/_(bucket|sum|count)$/, '')) || types.has(metric)).toBe(true)
    expect(seen.has(series)).toBe(false)
    seen.set(series, value === '+Inf' ? Infinity : Number(value))
  }
  return seen
}

describe('GET /api/metrics', () => {
  it('is text for Prometheus, kept by nobody', async () => {
    const { status, headers } = await scrape()
    expect({ status, headers }).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' },
    })
  })

  it.each<[string, [string, string][], string]>([
    ['nothing', [], 'missing_credentials'],
    ['an API key', [['Authorization', 'the key']], 'invalid_token'],
    ['another token', bearer('of-the-scraper'), 'invalid_token'],
    ['the token and more', bearer(`${TOKEN}x`), 'invalid_token'],
    ['the token in capitals', bearer(TOKEN.toUpperCase()), 'invalid_token'],
    ['the token of another scheme', [['Authorization', `Basic ${TOKEN}`]], 'missing_credentials'],
    ['the token in another header', [['X-API-Key', TOKEN]], 'missing_credentials'],
  ])('is refused with %s', async (_, headers, code) => {
    const given = headers[0]?.[1] === 'the key' ? bearer(key.token) : headers
    const answer = await scrape(given)
    expect([answer.status, answer.json().code]).toEqual([401, code])
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer/)
  })

  it('is no place to guess at: a wrong token counts as a failure of its address, and the right one is still taken', async () => {
    const here: [string, string] = ['X-Forwarded-For', '203.0.113.50']
    for (let n = 0; n < 30; n++) expect((await scrape([...bearer(`guess-${n}`), here])).status).toBe(401)
    const over = await scrape([...bearer('one-guess-more'), here])
    expect([over.status, over.json().code]).toEqual([429, 'rate_limited'])
    const elsewhere = await server().send({ path: '/api/v1/whoami', headers: [...bearer('unknown'), here] })
    expect(elsewhere.status).toBe(429)
    expect((await scrape([...bearer(TOKEN), here])).status).toBe(200)
    expect((await scrape(bearer('from-another-address'))).status).toBe(401)
  })

  it('counts what was done: verifications by outcome, memory and database, limits, requests', async () => {
    const [strict, dead] = [
      await makeKey(owner, { rateLimit: { limit: 2, windowSeconds: 600 } }),
      await makeKey(owner),
    ]
    await db().apiKey.update({ where: { id: dead.id }, data: { revokedAt: new Date() } })
    const before = await numbers()
    const grown = async (series: string) => ((await numbers()).get(series) ?? 0) - (before.get(series) ?? 0)
    for (let i = 0; i < 5; i++) expect((await whoami(key.token)).status).toBe(200)
    for (const status of [200, 200, 429, 429]) expect((await whoami(strict.token)).status).toBe(status)
    expect((await whoami(dead.token)).status).toBe(401)
    expect((await whoami(`sk_club_${'x'.repeat(49)}`)).status).toBe(401)
    expect((await whoami('of-another-system')).status).toBe(401)
    const expected = {
      'clubkeys_verifications_total{outcome="ok"}': 9,
      'clubkeys_verifications_total{outcome="revoked"}': 1,
      'clubkeys_verifications_total{outcome="malformed"}': 1,
      'clubkeys_verifications_total{outcome="unknown"}': 1,
      'clubkeys_limit_decisions_total{decision="refused"}': 2,
      'clubkeys_http_requests_total{status="200"}': 7,
      'clubkeys_http_requests_total{status="401"}': 3,
      'clubkeys_http_requests_total{status="429"}': 2,
      'clubkeys_http_request_duration_seconds_count{kind="api"}': 12,
      'clubkeys_http_request_duration_seconds_bucket{kind="api",le="+Inf"}': 12,
    }
    const seen: Record<string, number> = {}
    for (const series of Object.keys(expected)) seen[series] = await grown(series)
    expect(seen).toEqual(expected)
    // The first use of each good key, and those of which the database alone can know.
    expect(await grown('clubkeys_cache_lookups_total{from="database"}')).toBeLessThanOrEqual(5)
    expect(await grown('clubkeys_cache_lookups_total{from="memory"}')).toBeGreaterThanOrEqual(5)
  })

  it('tells how the process is', async () => {
    const seen = await numbers()
    expect(seen.get('clubkeys_change_channel_up')).toBe(1)
    expect(seen.get('clubkeys_change_channel_heartbeat_age_seconds')).toBeLessThan(3)
    expect(seen.get('clubkeys_pool_size')).toBe(12)
    expect(seen.get('clubkeys_stopping')).toBe(0)
    for (const series of [
      'clubkeys_pool_connections{state="in_use"}',
      'clubkeys_pool_waiting',
      'clubkeys_cache_keys{answer="good"}',
      'clubkeys_turns_busy{queue="acts"}',
      'clubkeys_turns_waiting{queue="rest"}',
      'clubkeys_usage_waiting',
      'clubkeys_usage_waiting_age_seconds',
      'clubkeys_usage_flushes_total{result="written"}',
      'clubkeys_sweeps_total{result="failed"}',
      'clubkeys_connections',
      'process_cpu_seconds_total',
      'process_resident_memory_bytes',
      'nodejs_eventloop_lag_seconds',
    ])
      expect({ series, value: seen.get(series) }).toEqual({ series, value: expect.any(Number) })
    expect(seen.has('clubkeys_redis_up')).toBe(false)
  })

  it('G1: names no key, no club and no token', async () => {
    const { body } = await scrape()
    for (const secret of [TOKEN, key.token, key.id, owner.clubId, owner.userId])
      expect(body).not.toContain(secret)
  })
})
