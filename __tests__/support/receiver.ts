import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

type Got = { headers: IncomingHttpHeaders; body: string; at: number }
type Behave = (response: ServerResponse, request: IncomingMessage, got: Got) => void

/** A receiver of webhooks on loopback, which notes what it gets and answers 200 unless told otherwise. */
export function useReceiver() {
  const got: Got[] = []
  const state = { behave: ok as Behave, most: 0, now: 0 }
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    state.most = Math.max(state.most, ++state.now)
    response.on('close', () => state.now--)
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const one = { headers: request.headers, body: Buffer.concat(parts).toString('utf8'), at: Date.now() }
      got.push(one)
      state.behave(response, request, one)
    })
  })
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
  beforeEach(() => {
    got.length = 0
    Object.assign(state, { behave: ok, most: 0 })
  })
  afterAll(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  return {
    got,
    /** How many were under way at once, at most. */
    most: () => state.most,
    /** How many are under way now. */
    now: () => state.now,
    url: (path = '/hooks') => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    behave: (how: Behave) => void (state.behave = how),
    answer: (status: number, headers: Record<string, string> = {}, body = '') =>
      void (state.behave = (response) => response.writeHead(status, headers).end(body)),
    bodies: () => got.map(({ body }) => JSON.parse(body) as { type: string; sequence: number; data: object }),
  }
}

const ok: Behave = (response) => void response.writeHead(200).end('ok')
