import type { ServerResponse } from 'node:http'

const PART = Buffer.alloc(64 * 1024, 'x')
const HUNDRED_MB = 100 * 2 ** 20

/** Parts, as fast as they are taken. */
function pour(response: ServerResponse, bytes: number): void {
  let left = bytes
  const more = () => {
    while (left > 0 && !response.destroyed) {
      left -= PART.length
      if (!response.write(PART)) return void response.once('drain', more)
    }
    response.end()
  }
  more()
}

function drip(response: ServerResponse, part: string): void {
  const dripping = setInterval(() => response.socket?.write(part), 100)
  response.on('close', () => clearInterval(dripping))
}

/** What a receiver can do to others, by the name that its host begins with. */
export const BEHAVIOURS = {
  'never answers': () => {},
  'answers after 14 seconds': (response: ServerResponse) =>
    void setTimeout(() => response.writeHead(200).end(), 14_000),
  'sends a body without end': (response: ServerResponse) => pour(response.writeHead(200), Infinity),
  'sends 100 MB': (response: ServerResponse) =>
    pour(response.writeHead(200, { 'content-length': HUNDRED_MB }), HUNDRED_MB),
  'sends a byte every 100 ms': (response: ServerResponse) => drip(response.writeHead(200), '1\r\n.\r\n'),
  'sends interim answers without end': (response: ServerResponse) =>
    drip(response, 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'),
  redirects: (response: ServerResponse) => void response.writeHead(302, { location: '/' }).end(),
  'breaks off': (response: ServerResponse) => void response.socket?.destroy(),
  // Its name leads to a private address every other time.
  rebinds: (response: ServerResponse) => void response.writeHead(200).end(),
  'has a name that no server answers for': () => {},
} as const
export type Behaviour = keyof typeof BEHAVIOURS

const NAMES = Object.keys(BEHAVIOURS) as Behaviour[]

/** A host of its own for each club, so that no bound of one host helps. */
export const hostOf = (behaviour: Behaviour, club: number): string =>
  `b${NAMES.indexOf(behaviour)}-${club}.test`

export const behaviourOf = (host: string): Behaviour | undefined =>
  NAMES[Number(/^b(\d+)-/.exec(host)?.[1] ?? -1)]

/** Its addresses, at the nth time that it is asked for; null: no answer. */
export function addressesOf(host: string, kind: 'A' | 'AAAA', n: number): string[] | null {
  const behaviour = behaviourOf(host)
  if (behaviour === 'has a name that no server answers for') return null
  if (kind === 'AAAA') return []
  return [behaviour === 'rebinds' && n % 2 > 0 ? '10.0.0.1' : '127.0.0.1']
}
