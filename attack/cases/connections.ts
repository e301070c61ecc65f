import { hoardConnections } from '../../chaos/flood'
import { tally, type Attack } from '../attack'
import { statusesOf } from '../wire'

const request = (method: string, headers: readonly string[], body = '') =>
  `${method} /api/v1/whoami HTTP/1.1\r\nHost: localhost\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n${body}`
const LAST = 'Connection: close'

/** Requests that can be read in two ways, and a proxy in front might read them the other way. */
const AMBIGUOUS: [string, string[], string?][] = [
  ['Content-Length and Transfer-Encoding', ['Content-Length: 5', 'Transfer-Encoding: chunked']],
  ['Transfer-Encoding and Content-Length', ['Transfer-Encoding: chunked', 'Content-Length: 5']],
  ['two lengths', ['Content-Length: 5', 'Content-Length: 9']],
  ['the same length twice', ['Content-Length: 5', 'Content-Length: 5']],
  ['a list of lengths', ['Content-Length: 5, 5']],
  ['a signed length', ['Content-Length: +5']],
  ['a negative length', ['Content-Length: -5']],
  ['a length in hexadecimal', ['Content-Length: 0x5']],
  ['an unknown coding', ['Transfer-Encoding: xchunked']],
  ['a coding after chunked', ['Transfer-Encoding: chunked, identity']],
  ['chunked twice', ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked']],
  ['a space before the colon', ['Transfer-Encoding : chunked']],
  ['a folded header', ['X-Note: 1\r\n Transfer-Encoding: chunked']],
  ['a bare line feed in a header', ['X-Note: 1\nTransfer-Encoding: chunked']],
  ['a bare carriage return in a header', ['X-Note: 1\rTransfer-Encoding: chunked']],
  ['NUL in a header', ['X-Note: \u0000']],
  ['a chunk with a broken extension', ['Transfer-Encoding: chunked'], '1;x=\n\r\nx\r\n0\r\n\r\n'],
  ['a chunk longer than a number', ['Transfer-Encoding: chunked'], 'fffffffffffffffff\r\nx\r\n0\r\n\r\n'],
  ['a chunk of negative length', ['Transfer-Encoding: chunked'], '-1\r\nx\r\n0\r\n\r\n'],
  ['chunks that end in line feeds', ['Transfer-Encoding: chunked'], '1\nx\n0\n\n'],
]

export const connections: Attack[] = [
  ...AMBIGUOUS.map(([what, headers, body = '0\r\n\r\n']): Attack => ({
    kind: 'smuggling',
    tried: what,
    run: async ({ app, token }) => {
      const hidden = request('GET', [`Authorization: Bearer ${token}`, LAST])
      const seen = await statusesOf(app.port, Buffer.from(request('POST', headers, body + hidden), 'latin1'))
      return { seen: String(seen) || 'cut off', ok: String(seen) === '400' }
    },
  })),
  {
    kind: 'smuggling',
    tried: 'a request in the body of another',
    run: async ({ app, token }) => {
      const hidden = request('GET', [`Authorization: Bearer ${token}`, LAST])
      const seen = await statusesOf(
        app.port,
        request('POST', [`Content-Length: ${hidden.length}`, LAST], hidden),
      )
      return { seen: String(seen), ok: String(seen) === '401' }
    },
  },
  {
    kind: 'pipelining',
    tried: 'ten requests ahead, with a key and without in turn',
    run: async ({ app, token }) => {
      const good = `Authorization: Bearer ${token}`
      const bytes = Array.from({ length: 10 }, (_, i) =>
        request('GET', [...(i % 2 ? [good] : []), ...(i === 9 ? [LAST] : [])]),
      ).join('')
      const seen = await statusesOf(app.port, bytes)
      return {
        seen: String(seen),
        ok: String(seen) === String(Array.from({ length: 10 }, (_, i) => (i % 2 ? 200 : 401))),
      }
    },
  },
  {
    kind: 'pipelining',
    tried: 'bodies before and after a request without one',
    run: async ({ app, token }) => {
      const good = `Authorization: Bearer ${token}`
      const bytes =
        request('POST', ['Content-Length: 3'], 'abc') +
        request('GET', [good]) +
        request('POST', ['Transfer-Encoding: chunked'], '3\r\nabc\r\n0\r\n\r\n') +
        request('GET', [good, LAST])
      const seen = await statusesOf(app.port, bytes)
      return { seen: String(seen), ok: String(seen) === '401,200,401,200' }
    },
  },
  {
    kind: 'pipelining',
    tried: '5,000 requests ahead on each of 20 connections',
    run: async (stage) => {
      const bytes = request('GET', [`Authorization: Bearer ${stage.token}`]).repeat(5_000)
      const { mib, result } = await stage.growth(() =>
        Promise.all(Array.from({ length: 20 }, () => statusesOf(stage.app.port, bytes))),
      )
      const answered = result.map((statuses) => statuses.length)
      return {
        seen: `answered ${tally(answered)}; ${mib} MiB more at most`,
        ok: answered.every((count) => count <= 10) && mib < 160 && (await stage.isAlive()),
      }
    },
  },
  {
    kind: 'slow',
    tried: '2,500 connections that bring nothing, or half of a header or a body',
    long: true,
    run: async ({ app }) => {
      const { openAtMost, good, slowest, left } = await hoardConnections(app, 2_500, 20_000)
      return {
        seen: `${openAtMost} open at most, ${left} left; good keys ${Object.keys(good).join()} within ${Math.round(slowest)} ms`,
        ok: openAtMost <= 2_200 && left === 0 && Object.keys(good).join() === '200' && slowest < 1_000,
      }
    },
  },
]
