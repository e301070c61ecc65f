import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

type Arrival = { sequence: number; subjectId: string; ms: number }

/** Where deliveries arrive and are answered at once. */
export type Receiver = {
  url: string
  /** The first of each event, in the order of arrival. */
  arrivals: Arrival[]
  /** How many came again. */
  repeated: () => number
  close: () => void
}

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
      note(Buffer.concat(parts).toString(), String(request.headers['webhook-id']))
      response.writeHead(200).end('ok')
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
    url: `http://127.0.0.1:${port}/`,
    arrivals,
    repeated: () => repeated,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
