import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import type { RawResponse } from './raw-http'

export type Exchange = { method: string; path: string; token?: string; body?: string | Buffer; headers?: Record<string, string> }
export type Client = (exchange: Exchange) => Promise<RawResponse>

/** Calls on connections that stay open, for tests of many requests. A body goes as JSON unless its headers say otherwise. */
export function useClient(port: () => number): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 })
  afterAll(() => agent.destroy())
  return ({ method, path, token, body, headers = {} }) =>
    new Promise((resolve, reject) => {
      const all = {
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }),
        ...headers,
      }
      const sent = request({ host: '127.0.0.1', port: port(), method, path, agent, headers: all, timeout: 20_000 }, (answer) => {
        text(answer).then((read) => {
          const names = Object.entries(answer.headers).map(([name, value]) => [name, String(value)])
          resolve({
            status: answer.statusCode ?? 0,
            headers: Object.fromEntries(names),
            body: read,
            json: () => JSON.parse(read) as Record<string, unknown>,
          })
        }, reject)
      })
      sent.on('timeout', () => sent.destroy(new Error('the server did not answer in time')))
      sent.on('error', reject)
      sent.end(body)
    })
}
