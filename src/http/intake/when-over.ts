import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

const waiting = new WeakMap<Socket, Set<() => void>>()

/**
 * Runs `act` once, when the answer is sent or the connection gone. An answer that waits behind another one on
 * its connection gets neither event, so the socket is watched, too.
 */
export function whenOver({ socket }: IncomingMessage, response: ServerResponse, act: () => void): void {
  const all = waiting.get(socket) ?? waitFor(socket)
  const once = () => {
    if (all.delete(once)) act()
  }
  all.add(once)
  response.once('close', once)
}

function waitFor(socket: Socket): Set<() => void> {
  const all = new Set<() => void>()
  waiting.set(socket, all)
  socket.once('close', () => {
    for (const once of all) once()
  })
  return all
}
