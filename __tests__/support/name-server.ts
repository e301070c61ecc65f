import { createSocket, type RemoteInfo } from 'node:dgram'
import { once } from 'node:events'

const TYPES: Record<number, 'A' | 'AAAA'> = { 1: 'A', 28: 'AAAA' }

/** What a name has at the nth question of its kind, the first being 0; null: it is never answered. */
type Lookup = (name: string, kind: 'A' | 'AAAA', n: number) => string[] | null
type Zone = Record<string, (kind: 'A' | 'AAAA', n: number) => string[]>

/** A name server on loopback (RFC 1035 §4.1), which may answer otherwise each time, as an attacker’s does. */
export function useNameServer(zone: Zone) {
  const server = nameServer((name, kind, n) => zone[name]?.(kind, n) ?? [])
  beforeAll(server.start)
  afterAll(server.stop)
  return server
}

export function nameServer(lookUp: Lookup) {
  const socket = createSocket('udp4')
  const asked: string[] = []
  const times = new Map<string, number>()
  socket.on('message', (query: Buffer, from: RemoteInfo) => {
    const { name, type, end } = question(query)
    const kind = TYPES[type]
    const what = `${name} ${kind}`
    const before = times.get(what) ?? 0
    times.set(what, before + 1)
    asked.push(what)
    const found = kind ? lookUp(name, kind, before) : []
    if (found) socket.send(answer(query, end, type, found), from.port, from.address)
  })
  return {
    start: async () => void (await once(socket.bind(0, '127.0.0.1'), 'listening')),
    stop: () => new Promise<void>((resolve) => socket.close(() => resolve())),
    address: () => `127.0.0.1:${socket.address().port}`,
    asked,
  }
}

function question(query: Buffer) {
  const labels: string[] = []
  let at = 12
  for (let length = query[at]!; length > 0; length = query[at]!) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 }
}

function answer(query: Buffer, end: number, type: number, addresses: string[]): Buffer {
  const head = Buffer.from(query.subarray(0, end))
  head.writeUInt16BE(0x8180, 2)
  head.writeUInt16BE(addresses.length, 6)
  head.writeUInt32BE(0, 8)
  const records = addresses.map((address) => {
    const data = type === 1 ? Buffer.from(address.split('.').map(Number)) : ofIPv6(address)
    const record = Buffer.alloc(12)
    record.writeUInt16BE(0xc00c, 0)
    record.writeUInt16BE(type, 2)
    record.writeUInt16BE(1, 4)
    record.writeUInt16BE(data.length, 10)
    return Buffer.concat([record, data])
  })
  return Buffer.concat([head, ...records])
}

function ofIPv6(address: string): Buffer {
  const [first = '', last = ''] = address.split('::')
  const parts = (text: string) => text.split(':').filter(Boolean)
  const middle = Array.from({ length: 8 - parts(first).length - parts(last).length }, () => '0')
  const bytes = Buffer.alloc(16)
  ;[...parts(first), ...middle, ...parts(last)].forEach((part, n) =>
    bytes.writeUInt16BE(parseInt(part, 16), n * 2),
  )
  return bytes
}
