import { PUBLIC_PATHS } from '@/http/host'
import { useDatabase } from '../support/club'
import { useServer } from '../support/server'

const database = useDatabase()
const server = useServer(database.url)

/** Checks a token of its own; without METRICS_TOKEN it is not there. */
const METRICS = '/api/metrics'
/** Leads whoever opens it to a page that asks. */
const UNSUBSCRIBE = '/api/unsubscribe'

/** Are only posted to. */
const REPORTS = ['/api/v1/leaks', '/api/secret-scanning/github']

it.each(
  PUBLIC_PATHS.filter(
    (one) => !one.endsWith('/*') && one !== METRICS && one !== UNSUBSCRIBE && !REPORTS.includes(one),
  ),
)('%s answers a stranger, and answers HEAD alike', async (path) => {
  for (const method of ['GET', 'HEAD'])
    expect([method, (await server().send({ method, path })).status]).toEqual([method, 200])
})

it('a link that stops mails leads a stranger to its page, by GET and HEAD', async () => {
  for (const method of ['GET', 'HEAD']) {
    const { status, headers } = await server().send({ method, path: `${UNSUBSCRIBE}?t=x` })
    expect([status, headers.location]).toEqual([303, expect.stringMatching(/\/unsubscribe\?t=x$/)])
  }
})

it.each(REPORTS)('%s is only posted to', async (path) => {
  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE'])
    expect([method, (await server().send({ method, path })).status]).toEqual([method, 405])
})

it('metrics that nobody asked for are not there, by GET or HEAD', async () => {
  for (const method of ['GET', 'HEAD'])
    expect([method, (await server().send({ method, path: METRICS })).status]).toEqual([method, 404])
})

it.each(['/api/nowhere', `${METRICS}/x`, '/api/METRICS'])(
  'a path that is not public, and has no route, asks for credentials: %s',
  async (path) => {
    expect((await server().send({ path })).status).toBe(401)
  },
)

it('the OpenAPI document is a 304 for whoever has it, over the wire', async () => {
  const path = '/api/openapi.json'
  const { headers } = await server().send({ path })
  const etag = headers.etag!
  const again = await server().send({ path, headers: [['If-None-Match', etag]] })
  expect([again.status, again.body]).toEqual([304, ''])
})
