import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import path from 'node:path'

export type Relay = {
  /** The same database, through the relay. */
  url: string
  /**
   * From here on nothing is forwarded and nothing is closed: what a dead switch or a lost NAT entry looks
   * like.
   */
  cut: () => void
  /**
   * From here on statements arrive and answers do not: a commit succeeds, and the client does not learn it.
   */
  mute: () => void
  mend: () => void
  /** New connections lead to this server; `url` keeps naming the same role and database. */
  leadTo: (url: string) => void
  /** Ends every connection, as a failover does. */
  drop: () => void
  close: () => Promise<void>
}

/**
 * A TCP relay in front of a Postgres, or of any other server, that can fall silent.
 * @param options.untilFirstQuery of each connection it forwards the login alone
 */
export async function relayTo(url: string, { untilFirstQuery = false } = {}): Promise<Relay> {
  let target = url
  const sockets = new Set<Socket>()
  let silent = false
  let muted = false
  const server = createServer((near) => {
    const far = reach(target)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('data', (chunk) => {
        if (untilFirstQuery && from === near && isQuery(chunk)) near.pause()
        else if (!silent && !(muted && from === far)) to.write(chunk)
      })
      from.on('close', () => !silent && to.destroy())
      from.on('error', () => to.destroy())
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const drop = () => {
    for (const socket of sockets) socket.destroy()
    sockets.clear()
  }
  const through = new URL(url)
  through.searchParams.delete('host')
  through.hostname = '127.0.0.1'
  through.port = String((server.address() as { port: number }).port)
  return {
    url: through.toString(),
    cut: () => (silent = true),
    mute: () => (muted = true),
    mend: () => (silent = muted = false),
    leadTo: (other) => (target = other),
    drop,
    close: async () => {
      drop()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A simple one, or the first part of a prepared one. */
const isQuery = (chunk: Buffer) => ['Q', 'P'].includes(String.fromCharCode(chunk[0] ?? 0))

function reach(url: string): Socket {
  const { searchParams, hostname, port } = new URL(url)
  const folder = searchParams.get('host')
  return folder
    ? connect(path.join(folder, `.s.PGSQL.${port || 5432}`))
    : connect(Number(port || 5432), hostname)
}
