import { Agent, request } from 'node:http'
import { quantile } from '../support/figures'
import { answerCalls } from '../support/worker'

/** What to send. Without `rate`, as fast as the connections are answered. */
export type Load = {
  port: number
  path: string
  token: string
  connections: number
  seconds: number
  rate?: number
  body?: object
}
export type Answered = { n: number; wrong: number; perSecond: number; p50: number; p95: number; p99: number }

const PATIENCE_MS = 10_000

/** One burst of requests against a server on this machine. Latencies in milliseconds. */
async function send(load: Load): Promise<Answered> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.connections })
  const latencies: number[] = []
  let wrong = 0
  const once = async () => {
    const begun = performance.now()
    if (!(await succeeds(agent, load))) wrong++
    latencies.push(performance.now() - begun)
  }
  const started = performance.now()
  const until = started + load.seconds * 1000
  await (load.rate === undefined ? flatOut(once, load.connections, until) : atRate(once, load.rate, until))
  const perSecond = (latencies.length / (performance.now() - started)) * 1000
  agent.destroy()
  return {
    n: latencies.length,
    wrong,
    perSecond,
    p50: quantile(latencies, 0.5),
    p95: quantile(latencies, 0.95),
    p99: quantile(latencies, 0.99),
  }
}

function succeeds(agent: Agent, { port, path, token, body }: Load): Promise<boolean> {
  const headers = { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) }
  const options = {
    port,
    host: '127.0.0.1',
    path,
    agent,
    headers,
    method: body ? 'POST' : 'GET',
    timeout: PATIENCE_MS,
  }
  return new Promise((resolve) => {
    const call = request(options, (response) => {
      response.resume().on('end', () => resolve(String(response.statusCode).startsWith('20')))
    })
    call.on('timeout', () => call.destroy())
    call.on('error', () => resolve(false))
    call.end(body && JSON.stringify(body))
  })
}

async function flatOut(once: () => Promise<void>, connections: number, until: number): Promise<void> {
  const work = async () => {
    while (performance.now() < until) await once()
  }
  await Promise.all(Array.from({ length: connections }, work))
}

/**
 * Open loop: a request is sent when its time has come, whether or not the last one is back, so that a slow
 * server cannot hide its queue.
 */
async function atRate(once: () => Promise<void>, rate: number, until: number): Promise<void> {
  const pending: Promise<void>[] = []
  const started = performance.now()
  for (let sent = 0; performance.now() < until; sent++) {
    const wait = started + (sent * 1000) / rate - performance.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    pending.push(once())
  }
  await Promise.all(pending)
}

const handlers = { send }
export type Loader = typeof handlers
answerCalls(handlers)
