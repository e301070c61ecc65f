import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { cpuMs } from '../bench/support/processes'
import { makeClub, makeKey, makeMember } from '../__tests__/support/club'
import { openClient, type Client } from '../__tests__/support/keep-alive'
import { requestBytes } from '../__tests__/support/raw-http'
import { madeUpToken } from './made-up'
import { median } from './median'
import type { App } from './stage/app'
import type { Postgres } from './stage/postgres'

export type TokenFlood = {
  tokens: number
  answers: Record<string, number>
  memoryMiB: { before: number; after: number }
  perSecond: number
}

/** That many random tokens through the door of a process of its own. */
export async function floodInProcess({ url, directUrl }: Postgres, tokens: number): Promise<TokenFlood> {
  const worker = path.join(__dirname, 'workers/tokens.ts')
  const env = { ...process.env, DATABASE_URL: url, DATABASE_DIRECT_URL: directUrl, LOG_LEVEL: 'error' }
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--expose-gc', '--import', 'tsx', worker, String(tokens)],
    { env },
  )
  return JSON.parse(stdout) as TokenFlood
}

type Side = { call: Client; goodToken: string; close: () => void }

async function openSide({ port }: App, maxSockets: number): Promise<Side> {
  const { token } = await makeKey(await makeMember((await makeClub()).id, ['COACH']))
  return { ...openClient(() => port, { maxSockets }), goodToken: token }
}

const whoami = (token: string) => ({ method: 'GET', path: '/api/v1/whoami', token })

export type HttpFlood = {
  tokens: number
  answers: Record<string, number>
  memoryMiB: { before: number; after: number }
}

/** Random tokens over HTTP, as fast as they are answered. */
export async function floodOverHttp(app: App, tokens: number): Promise<HttpFlood> {
  const { call, close } = openClient(() => app.port, { maxSockets: 32 })
  const answers: Record<string, number> = {}
  let left = tokens
  const work = async (until: number) => {
    while (left > until) {
      left--
      const { status } = await call(whoami(madeUpToken()))
      answers[status] = (answers[status] ?? 0) + 1
    }
  }
  const run = (until: number) => Promise.all(Array.from({ length: 32 }, () => work(until)))
  await run(tokens * 0.8)
  const before = app.memoryMiB()
  await run(0)
  close()
  return { tokens, answers, memoryMiB: { before, after: app.memoryMiB() } }
}

/**
 * CPU of a refused request as a multiple of that of an accepted one; the median of rounds in which each has
 * its turn.
 */
export async function costOfRefusal(app: App, rounds: number, requests: number): Promise<number> {
  const { call, goodToken, close } = await openSide(app, 8)
  const cost = async (token: () => string) => {
    const before = cpuMs(app.pid())
    for (let i = 0; i < requests / 8; i++)
      await Promise.all(Array.from({ length: 8 }, () => call(whoami(token()))))
    return cpuMs(app.pid()) - before
  }
  await cost(() => goodToken)
  const ratios: number[] = []
  for (let round = 0; round < rounds; round++) {
    const accepted = await cost(() => goodToken)
    ratios.push((await cost(madeUpToken)) / accepted)
  }
  close()
  return median(ratios)
}

/**
 * What good keys get done: in a second, and in a second of the server's CPU, which is the same where the
 * machine does nothing else.
 */
type Throughput = { perSecond: number; perCpuSecond: number }

/**
 * What good keys still get done under a flood of a tenth of what the process can do, as a share of what they
 * get done without it.
 */
export async function shareUnderFlood(app: App, rounds: number, ms: number): Promise<Throughput> {
  const good = await openSide(app, 8)
  const throughput = async (): Promise<Throughput> => {
    const [started, cpuBefore] = [performance.now(), cpuMs(app.pid())]
    let done = 0
    const work = async () => {
      while (performance.now() < started + ms)
        if ((await good.call(whoami(good.goodToken))).status === 200) done++
    }
    await Promise.all(Array.from({ length: 8 }, work))
    return { perSecond: (done / ms) * 1000, perCpuSecond: (done / (cpuMs(app.pid()) - cpuBefore)) * 1000 }
  }
  await throughput()
  const pairs: { alone: Throughput; flooded: Throughput }[] = []
  for (let round = 0; round < rounds; round++) {
    const alone = await throughput()
    const stop = pour(app.port, alone.perSecond / 10)
    pairs.push({ alone, flooded: await throughput() })
    await stop()
  }
  good.close()
  const share = (field: keyof Throughput) =>
    median(pairs.map(({ alone, flooded }) => flooded[field] / alone[field]))
  return { perSecond: share('perSecond'), perCpuSecond: share('perCpuSecond') }
}

/**
 * Sends random tokens at a fixed rate, whether or not the last ones are answered; as bytes, so that it costs
 * the sender next to nothing.
 */
function pour(port: number, perSecond: number): () => Promise<void> {
  const sockets = Array.from({ length: 16 }, () => connect(port, '127.0.0.1').resume())
  for (const socket of sockets) socket.on('error', () => socket.destroy())
  const started = performance.now()
  let sent = 0
  const timer = setInterval(() => {
    const due = ((performance.now() - started) / 1000) * perSecond
    for (; sent < due; sent++) {
      const headers: [string, string][] = [
        ['Connection', 'keep-alive'],
        ['Authorization', `Bearer ${madeUpToken()}`],
      ]
      sockets[sent % sockets.length]?.write(requestBytes({ path: '/api/v1/whoami', headers }))
    }
  }, 5)
  return async () => {
    clearInterval(timer)
    for (const socket of sockets) socket.destroy()
    await sleep(100)
  }
}

export type Hoarded = {
  opened: number
  openAtMost: number
  slowest: number
  good: Record<string, number>
  leftAfterMs: number
  left: number
}

const HALVES = [
  '',
  'GET /api/v1/whoami HTTP/1.1\r\nHost: localhost\r\nX-Slow: ',
  'POST /api/v1/practices HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{',
  'GET /api/v1/whoami HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n',
]

/**
 * Connections that bring nothing, half a header, half a body, or ask for an upgrade, while good keys go on.
 */
export async function hoardConnections(app: App, count: number, waitMs: number): Promise<Hoarded> {
  const { call, goodToken, close } = await openSide(app, 4)
  await call(whoami(goodToken))
  const sockets: Socket[] = []
  const isOpen = (socket: Socket) => !socket.destroyed && !socket.readableEnded
  const openNow = () => sockets.filter(isOpen).length
  let openAtMost = 0
  for (let i = 0; i < count; i++) {
    const socket = connect(app.port, '127.0.0.1')
    socket.on('error', () => socket.destroy())
    socket.resume()
    sockets.push(socket)
    if (i % 100 === 99) await Promise.race([once(socket, 'connect'), sleep(1_000)])
    socket.write(HALVES[i % HALVES.length] ?? '')
  }
  // Those beyond the bound are closed by now, and known to be.
  await sleep(1_000)
  const good: Record<string, number> = {}
  let slowest = 0
  const until = performance.now() + waitMs
  const opened = performance.now()
  let leftAfterMs = 0
  while (performance.now() < until) {
    openAtMost = Math.max(openAtMost, openNow())
    const sentAt = performance.now()
    const { status } = await call(whoami(goodToken)).catch(() => ({ status: 0 }))
    good[status] = (good[status] ?? 0) + 1
    slowest = Math.max(slowest, performance.now() - sentAt)
    leftAfterMs = performance.now() - opened
    if (openNow() === 0) break
    await sleep(100)
  }
  const left = openNow()
  for (const socket of sockets) socket.destroy()
  close()
  return {
    opened: count,
    openAtMost,
    slowest: Math.round(slowest),
    good,
    leftAfterMs: Math.round(leftAfterMs),
    left,
  }
}
