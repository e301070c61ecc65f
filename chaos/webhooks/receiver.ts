import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

type Arrival = { sequence: number; subjectId: string; ms: number }

/** Where deliveries arrive; how it answers is told by the path. */
export type Receiver = {
  url: (behaviour: Behaviour) => string
  /** Of `good` alone, the first of each event, in the order of arrival. */
  arrivals: Arrival[]
  /** How many came again. */
  repeated: () => number
  close: () => void
}

const BODY = Buffer.alloc(64 * 1024, 'x')
const HUNDRED_MB = 1_600

/** What a receiver can do to others, besides being a good one. */
const BEHAVIOURS = {
  good: (response: ServerResponse) => void response.writeHead(200).end('ok'),
  hangs: () => {},
  floods: (response: ServerResponse) => {
    response.writeHead(200)
    let left = HUNDRED_MB
    const more = () => {
      while (left > 0 && !response.destroyed) {
        left--
        if (!response.write(BODY)) return void response.once('drain', more)
      }
      response.end()
    }
    more()
  },
  drips: (response: ServerResponse) => {
    response.writeHead(200)
    const drip = setInterval(() => response.write('.'), 100)
    response.on('close', () => clearInterval(drip))
  },
  redirects: (response: ServerResponse) => void response.writeHead(302, { location: '/good' }).end(),
  breaks: (response: ServerResponse) => void response.socket?.destroy(),
} as const
export type Behaviour = keyof typeof BEHAVIOURS
export const BAD = Object.keys(BEHAVIOURS).filter((name) => name !== 'good') as Behaviour[]

export async function startReceiver(): Promise<Receiver> {
  const arrivals: Arrival[] = []
  const seen = new Set<string>()
  let repeated = 0
  const server = createServer({ keepAlive: false }, (request, response) => {
    const parts: Buffer[] = []
    request.on('error', () => {})
    response.on('error', () => {})
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const behaviour = (request.url ?? '').slice(1) as Behaviour
      if (behaviour === 'good') note(Buffer.concat(parts).toString(), String(request.headers['webhook-id']))
      BEHAVIOURS[behaviour](response)
    })
  })
  const note = (text: string, id: string) => {
    if (seen.has(id)) return void repeated++
    seen.add(id)
    const { sequence, timestamp, data } = JSON.parse(text) as {
      sequence: number
      timestamp: string
      data: { apiKey: { id: string } }
    }
    arrivals.push({ sequence, subjectId: data.apiKey.id, ms: Date.now() - Date.parse(timestamp) })
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: (behaviour) => `http://127.0.0.1:${port}/${behaviour}`,
    arrivals,
    repeated: () => repeated,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
