import { Agent, request } from 'node:http'

/** What to send: `rate` 0 is as fast as the connections answer. */
export type Burst = { port: number; path: string; token?: string; connections: number; seconds: number; rate?: number; body?: object }

/** One run of load against a server on this machine, in a process of its own: takes a `Burst` as JSON, prints one JSON line. */
const { port, path, token, connections, seconds, rate = 0, body } = JSON.parse(process.argv[2] ?? '') as Burst
const agent = new Agent({ keepAlive: true, maxSockets: connections })
const headers = { ...(token && { authorization: `Bearer ${token}` }), ...(body && { 'content-type': 'application/json' }) }
const latencies: number[] = []
let wrong = 0

function once(): Promise<void> {
  const started = performance.now()
  return new Promise((resolve) => {
    const call = request({ port, host: '127.0.0.1', path, agent, headers, method: body ? 'POST' : 'GET' }, (response) => {
      response.resume().on('end', () => {
        latencies.push(performance.now() - started)
        if (!String(response.statusCode).startsWith('20')) wrong++
        resolve()
      })
    })
    call.on('error', () => {
      wrong++
      resolve()
    })
    call.end(body && JSON.stringify(body))
  })
}

async function flatOut(until: number): Promise<void> {
  const worker = async () => {
    while (performance.now() < until) await once()
  }
  await Promise.all(Array.from({ length: connections }, worker))
}

/** Open loop: a request is sent when its time has come, whether or not the last one is back, so that a slow server cannot hide its queue. */
async function atRate(until: number): Promise<void> {
  const pending: Promise<void>[] = []
  const started = performance.now()
  for (let sent = 0; performance.now() < until; sent++) {
    const due = started + (sent * 1000) / rate
    const wait = due - performance.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    pending.push(once())
  }
  await Promise.all(pending)
}

async function main(): Promise<void> {
  const started = performance.now()
  const until = started + seconds * 1000
  await (rate === 0 ? flatOut(until) : atRate(until))
  const elapsed = (performance.now() - started) / 1000
  latencies.sort((a, b) => a - b)
  const at = (q: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * q))]
  process.stdout.write(`${JSON.stringify({ n: latencies.length, wrong, perSecond: latencies.length / elapsed, p50: at(0.5), p95: at(0.95), p99: at(0.99) })}\n`)
  agent.destroy()
}

void main()
