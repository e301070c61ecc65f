import { PUBLIC_PATHS } from '@/http/host'
import { useDatabase } from '../support/club'
import { useServer } from '../support/server'

const database = useDatabase()
const server = useServer(database.url)

it.each(PUBLIC_PATHS.filter((one) => !one.endsWith('/*')))(
  '%s answers a stranger, and answers HEAD alike',
  async (path) => {
    for (const method of ['GET', 'HEAD'])
      expect([method, (await server().send({ method, path })).status]).toEqual([method, 200])
  },
)

it('a path that is not public, and has no route, asks for credentials', async () => {
  expect((await server().send({ path: '/api/metrics' })).status).toBe(401)
})

it('the OpenAPI document is a 304 for whoever has it, over the wire', async () => {
  const path = '/api/openapi.json'
  const { headers } = await server().send({ path })
  const etag = headers.etag!
  const again = await server().send({ path, headers: [['If-None-Match', etag]] })
  expect([again.status, again.body]).toEqual([304, ''])
})
