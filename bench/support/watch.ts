import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * What a client saw that called with one token again and again. Times are those of `process.hrtime`, which
 * all processes of a machine share.
 */
export type Watched = {
  refusedAt: bigint
  refused: boolean
  acceptedAfterRefusal: number
  lastAcceptedSentAt: bigint
}

const CALLS_AFTER_REFUSAL = 5
const PATIENCE_MS = 20_000
const NEVER = 0n

const agent = new Agent({ keepAlive: true })

/** Calls until the token was refused, and a few times more. @param pauseMs between two calls */
export async function watch(port: number, token: string, pauseMs = 0): Promise<Watched> {
  const watched: Watched = {
    refusedAt: NEVER,
    refused: false,
    acceptedAfterRefusal: 0,
    lastAcceptedSentAt: NEVER,
  }
  let after = 0
  for (
    const until = Date.now() + PATIENCE_MS;
    after < CALLS_AFTER_REFUSAL && Date.now() < until;
    await pause(pauseMs)
  ) {
    const sentAt = process.hrtime.bigint()
    const status = await statusOf(port, token)
    if (status === 200) watched.lastAcceptedSentAt = sentAt
    if (status === 200 && watched.refused) watched.acceptedAfterRefusal++
    if (status === 401 && !watched.refused) {
      watched.refused = true
      watched.refusedAt = process.hrtime.bigint()
    }
    if (watched.refused) after++
  }
  return watched
}

const pause = (milliseconds: number) => (milliseconds > 0 ? sleep(milliseconds) : null)

/** Of one call; 0 when the server did not answer. */
export function statusOf(port: number, token: string): Promise<number> {
  const options = {
    port,
    host: '127.0.0.1',
    path: '/api/bench',
    agent,
    headers: { authorization: `Bearer ${token}` },
    timeout: 5_000,
  }
  return new Promise((resolve) => {
    const call = request(options, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0))
    })
    call.on('timeout', () => call.destroy())
    call.on('error', () => resolve(0))
    call.end()
  })
}

export const closeConnections = (): void => agent.destroy()
