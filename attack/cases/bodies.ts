import { setTimeout as sleep } from 'node:timers/promises'
import { only, tally, type Attack } from '../attack'
import type { Stage } from '../stage'
import { open, statusesOf, statusOf } from '../wire'

const PATHS = [
  '/api/v1/practices',
  '/api/health/live',
  '/api/auth/callback/password',
  '/api/nothing',
  '/sign-in',
  '/clubs/x/keys',
  '/nothing',
  '/_next/static/x.js',
  '/_next/image',
  '/icon.svg',
]
const KB = 1024
const lines = (...all: string[]) => `${all.join('\r\n')}\r\n\r\n`
const begun = (method: string, path: string, length: number, extra: string[] = []) =>
  lines(`${method} ${path} HTTP/1.1`, 'Host: localhost', `Content-Length: ${length}`, ...extra)
const chunked = (path: string) =>
  lines(`POST ${path} HTTP/1.1`, 'Host: localhost', 'Transfer-Encoding: chunked')

/** Holds connections until each has got an answer, or the time is over; the first status that each got. */
async function hold(stage: Stage, count: number, bytes: (i: number) => string | Buffer, ms = 10_000) {
  const held = Array.from({ length: count }, (_, i) => open(stage.app.port, bytes(i)))
  const heard = () => held.map(({ statuses }) => statuses()[0] ?? 'nothing')
  const until = performance.now() + ms
  while (performance.now() < until && heard().includes('nothing')) await sleep(100)
  const statuses = heard()
  for (const { socket } of held) socket.destroy()
  return statuses
}

/** One of every kind of path, in turn. */
const pathFor = (i: number): string => PATHS[i % PATHS.length] ?? ''

const MEGABYTE = Buffer.alloc(1_000_000, 'x')

export const bodies: Attack[] = [
  {
    kind: 'body',
    tried: '200 connections that hold 1 MB of an unfinished body, on every kind of path',
    run: async (stage) => {
      const bytes = (i: number) =>
        Buffer.concat([Buffer.from(begun('POST', pathFor(i), 1_000_001)), MEGABYTE])
      const { mib, result } = await stage.growth(() => hold(stage, 200, bytes))
      return {
        seen: `${tally(result)}; ${mib} MiB more at most`,
        ok: only(result, 413) && mib < 128,
      }
    },
  },
  {
    kind: 'body',
    tried: 'the same in chunks, whose length nothing declares',
    run: async (stage) => {
      const bytes = (i: number) => Buffer.concat([Buffer.from(`${chunked(pathFor(i))}f4240\r\n`), MEGABYTE])
      const { mib, result } = await stage.growth(() => hold(stage, 200, bytes))
      return {
        seen: `${tally(result)}; ${mib} MiB more at most`,
        ok: result.every((status) => status === 413 || status === 405) && mib < 128,
      }
    },
  },
  {
    kind: 'body',
    tried: '1,500 connections that hold 60 KB each, while a key is used',
    run: async (stage, short) => {
      const bytes = Buffer.concat([
        Buffer.from(begun('POST', '/api/v1/practices', 61_000)),
        Buffer.alloc(60_000, ' '),
      ])
      const { mib, result } = await stage.growth(async () => {
        const held = hold(stage, short ? 900 : 1_500, () => bytes, 4_000)
        await sleep(2_000)
        const meanwhile = await post(stage)
        return { held: await held, meanwhile }
      })
      const { held, meanwhile } = result
      const sentAway = held.filter((status) => status === 503).length
      return {
        seen: `${tally(held)}; the key's ${meanwhile}; ${mib} MiB more at most`,
        ok:
          held.every((status) => status === 503 || status === 'nothing') &&
          sentAway > 0 &&
          meanwhile === 201 &&
          mib < 160,
      }
    },
  },
  {
    kind: 'body',
    tried: '50 connections that send 60 KB in chunks of one byte',
    run: async (stage, short) => {
      const bytes = Buffer.from(chunked('/api/v1/practices') + '1\r\nx\r\n'.repeat(60_000))
      const { mib, result } = await stage.growth(() => hold(stage, short ? 10 : 50, () => bytes))
      return {
        seen: `${tally(result)}; ${mib} MiB more at most`,
        // Some are cut off while they send, and get no status.
        ok: result.includes(413) && only(result, 413, 'nothing') && mib < 128 && (await stage.isAlive()),
      }
    },
  },
  {
    kind: 'body',
    tried: '1 MB that waits for leave to be sent (Expect: 100-continue)',
    run: async (stage) => {
      const seen = await Promise.all(
        PATHS.map((path) =>
          statusesOf(stage.app.port, begun('POST', path, 1_000_000, ['Expect: 100-continue'])),
        ),
      )
      return { seen: tally(seen.map(String)), ok: seen.every((statuses) => String(statuses) === '413') }
    },
  },
  {
    kind: 'body',
    tried: 'a GET, a HEAD and a DELETE with 1 MB',
    run: async (stage) => {
      const requests = ['GET', 'HEAD', 'DELETE'].flatMap((method) =>
        PATHS.map((path) => ({ method, path, body: MEGABYTE })),
      )
      const statuses: (number | string)[] = []
      for (const request of requests) statuses.push(await statusOf(stage.app.port, request))
      return { seen: tally(statuses), ok: statuses.every((status) => status === 413) }
    },
  },
  {
    kind: 'body',
    tried: 'a body of exactly 64 KB, and of one byte more, declared and in chunks',
    run: async (stage) => {
      const send = (length: number, inChunks: boolean) => {
        const body = ' '.repeat(length)
        return statusOf(stage.app.port, {
          method: 'POST',
          path: '/api/v1/practices',
          headers: [
            ['Authorization', `Bearer ${stage.token}`],
            ['Content-Type', 'application/json'],
            ...(inChunks ? [['Transfer-Encoding', 'chunked'] as const] : []),
          ],
          body: inChunks ? `${length.toString(16)}\r\n${body}\r\n0\r\n\r\n` : body,
        })
      }
      const seen = [
        await send(64 * KB, false),
        await send(64 * KB, true),
        await send(64 * KB + 1, false),
        await send(64 * KB + 1, true),
      ]
      return { seen: tally(seen), ok: String(seen) === '422,422,413,413' }
    },
  },
  {
    kind: 'body',
    tried: 'a length that lies: more than was declared, and less',
    run: async (stage) => {
      const more = await statusesOf(stage.app.port, `${begun('POST', '/api/v1/practices', 5)}xxxxxyyyyyyyyyy`)
      const less = await statusesOf(stage.app.port, `${begun('POST', '/api/v1/practices', 500)}xxxxx`, 1_000)
      return {
        seen: `more: ${String(more)}; less: ${String(less) || 'nothing'}`,
        ok: /^(401,)?400$/.test(String(more)) && String(less) === '',
      }
    },
  },
  {
    kind: 'body',
    tried: '300 bodies that are given up half way, and then one in full',
    run: async (stage) => {
      const bytes = Buffer.concat([
        Buffer.from(begun('POST', '/api/v1/practices', 61_000)),
        Buffer.alloc(60_000, ' '),
      ])
      for (let round = 0; round < 3; round++) await hold(stage, 300, () => bytes, 700)
      await sleep(300)
      const seen = await post(stage, 'x'.repeat(20_000))
      return { seen: String(seen), ok: seen === 422 || seen === 201 }
    },
  },
]

/** A practice made with the key. */
async function post(stage: Stage, notes?: string) {
  return statusOf(stage.app.port, {
    method: 'POST',
    path: '/api/v1/practices',
    headers: [
      ['Authorization', `Bearer ${stage.token}`],
      ['Content-Type', 'application/json'],
    ],
    body: JSON.stringify({ title: 'meanwhile', startsAt: '2027-05-01T10:00:00Z', ...(notes && { notes }) }),
  })
}
