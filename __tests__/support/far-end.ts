import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export type Asked = { method: string; path: string; headers: IncomingMessage['headers']; body: string }
/** What happens to one request. */
export type Turn = (response: ServerResponse) => void

/** A server that does with each request what a test says next, as an API and the network before it may. */
export function useFarEnd() {
  const asked: Asked[] = []
  let turns: Turn[] = []
  const server = createServer((message, response) => {
    void text(message).then((body) => {
      asked.push({ method: message.method ?? '', path: message.url ?? '', headers: message.headers, body })
      const turn = turns.shift()
      if (turn) turn(response)
      else response.destroy()
    })
  })
  beforeAll(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  beforeEach(() => void asked.splice(0))
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    asked,
    url: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    next: (...given: Turn[]) => void (turns = given),
  }
}

export const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Turn =>
  (response) => {
    const type = status < 400 ? 'application/json' : 'application/problem+json'
    response.writeHead(status, { 'content-type': type, ...headers }).end(JSON.stringify(body))
  }
export const problem = (code: string, status: number, headers: Record<string, string> = {}): Turn =>
  json(
    { type: 't', title: 't', status, detail: `refused: ${code}`, instance: '/', code, requestId: 'r' },
    status,
    headers,
  )
export const loseConnection: Turn = (response) => void response.socket?.destroy()
export const saysNothing: Turn = () => undefined
