import '@/club-app'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { buffer } from 'node:stream/consumers'
import { authenticate } from '@/http/authenticate'
import { receive } from '@/http/incoming'
import { handlerOf } from './route-files'
import { callsTo, useServer, type Server } from './server'

export type Api = Pick<Server, 'port' | 'send' | 'call'>

/**
 * The API over HTTP: of the built app, or under the second tenancy, which has none, of the route files behind the
 * door in this process.
 */
export function useApi(databaseUrl: () => string): () => Api {
  return process.env.CLUBKEYS_SECOND_TENANCY === undefined ? useServer(databaseUrl) : useRouteFiles()
}

function useRouteFiles(): () => Api {
  const server = createServer((message, response) => {
    receive(message, response)
    answer(message)
      .then((answered) => write(answered, response))
      .catch((error: unknown) => response.destroy(error as Error))
  })
  let api: Api
  beforeAll(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    api = { port, ...callsTo(port) }
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  return () => api
}

async function answer(message: IncomingMessage): Promise<Response> {
  const { method = 'GET', url = '/' } = message
  const target = `http://localhost${url}`
  const asked = { method, headers: new Headers(message.headers as Record<string, string>) }
  const authenticated = await authenticate(new Request(target, asked))
  if ('refusal' in authenticated) return authenticated.refusal
  const { handler, params } = handlerOf(method, new URL(target).pathname)
  const headers = authenticated.headers ?? asked.headers
  const body = method === 'GET' || method === 'HEAD' ? undefined : await buffer(message)
  const request = new Request(target, { method, headers, ...(body && { body: new Uint8Array(body) }) })
  return handler(request, { params: Promise.resolve(params) })
}

async function write(answered: Response, response: ServerResponse): Promise<void> {
  response.writeHead(answered.status, [...answered.headers].flat())
  if (answered.body) await pipeline(Readable.fromWeb(answered.body as never), response)
  else response.end()
}
