import { connect, type Socket } from 'node:net'
import { requestBytes, sendBytes, type RawRequest } from '../__tests__/support/raw-http'

/** Longer than the server lets any request take: a busy machine must not look like a successful attack. */
const PATIENCE_MS = 45_000

/** The status of an answer, or how the connection ended without one. */
export async function statusOf(port: number, request: RawRequest): Promise<number | 'cut off'> {
  const answer = await sendBytes(port, requestBytes(request), PATIENCE_MS).catch(() => null)
  return answer?.status ?? 'cut off'
}

/** The statuses of all answers to these bytes until the server closes, or is silent for a while. */
export async function statusesOf(port: number, bytes: string | Buffer, silenceMs = 8_000): Promise<number[]> {
  return statusesIn((await open(port, bytes).ended(silenceMs)).toString('latin1'))
}

const statusesIn = (text: string): number[] =>
  [...text.matchAll(/^HTTP\/1\.[01] (\d{3})/gm)].map(([, status]) => Number(status))

/** A connection that sends something and then stays open. */
export type Held = {
  socket: Socket
  /** The statuses received so far. */
  statuses: () => number[]
  /** All that it received, once it is closed or silent for so long. */
  ended: (silenceMs: number) => Promise<Buffer>
}

export function open(port: number, bytes: string | Buffer): Held {
  const heard: Buffer[] = []
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
  socket.on('data', (chunk) => heard.push(chunk)).on('error', () => socket.destroy())
  const all = () => Buffer.concat(heard)
  return {
    socket,
    statuses: () => statusesIn(all().toString('latin1')),
    ended: (silenceMs) =>
      new Promise((resolve) => {
        socket.setTimeout(silenceMs, () => socket.destroy())
        socket.once('close', () => resolve(all()))
        if (socket.destroyed) resolve(all())
      }),
  }
}
