import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import type { RawResponse } from './raw-http'

export type Exchange = {
  method: string
  path: string
  token?: string
  body?: string | Buffer
  headers?: Record<string, string>
}
export type Client = (exchange: Exchange) => Promise<RawResponse>

/** As {@link openClient}, closed at the end of the test file. */
export function useClient(port: () => number): Client {
  const { call, close } = openClient(port)
  afterAll(close)
  return call
}

/**
 * Calls on connections that stay open, for many requests. A body goes as JSON unless its headers say
 * otherwise.
 */
export function openClient(
  port: () => number,
  { maxSockets = 4, timeoutMs = 20_000 } = {},
): { call: Client; close: () => void } {
  const agent = new Agent({ keepAlive: true, maxSockets })
  const call: Client = ({ method, path, token, body, headers = {} }) =>
    new Promise((resolve, reject) => {
      const all = {
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...(body !== undefined && {
          'Content-Type': 'application/json',
          'Content-Length': Buffer.byteLength(body),
        }),
        ...headers,
      }
      const sent = request(
        { host: '127.0.0.1', port: port(), method, path, agent, headers: all, timeout: timeoutMs },
        (answer) => {
          text(answer).then((read) => {
            const names = Object.entries(answer.headers).map(([name, value]) => [name, String(value)])
            resolve({
              status: answer.statusCode ?? 0,
              headers: Object.fromEntries(names),
              body: read,
              json: () => JSON.parse(read) as Record<string, unknown>,
            })
          }, reject)
        },
      )
      sent.on('timeout', () => sent.destroy(new Error('the server did not answer in time')))
      sent.on('error', reject)
      sent.end(body)
    })
  return { call, close: () => agent.destroy() }
}
