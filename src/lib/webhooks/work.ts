import { tellEvents } from '../events/tell'
import { workOff } from '../outbox/work'
import { claimDeliveries } from './claim'
import { deliver } from './deliver'
import { Load, type Room } from './load'
import { watchBacklog } from './backlog'

/**
 * In this process. Urgent ones have room of their own, so have quick ones: none waits for receivers that hang.
 * What is slow only keeps a connection. Above the room for it, only endpoints that nobody knows as slow are
 * sent to.
 */
const ROOMS = {
  usual: { quick: 64, slow: 128, all: 256 },
  urgent: { quick: 16, slow: 32, all: 64 },
} as const satisfies Record<string, Room>

const shared = globalThis as typeof globalThis & { clubkeysWebhooks?: () => Promise<void> }

/** Tells of events and delivers them from now on, in this process, as long as it lives. */
export function sendWebhooks(): void {
  if (shared.clubkeysWebhooks) return
  const ends = [telling(), delivering(false), delivering(true)]
  watchBacklog()
  shared.clubkeysWebhooks = async () => void (await Promise.all(ends.map((end) => end())))
}

/** Takes nothing more, and waits for what is under way. */
export async function stopWebhooks(): Promise<void> {
  const stop = shared.clubkeysWebhooks
  delete shared.clubkeysWebhooks
  await stop?.()
}

/** Batch by batch: as long as there are events, the next look comes at once. */
const telling = () =>
  workOff({
    name: 'events',
    most: 1,
    claim: async () => ((await tellEvents()) > 0 ? [null] : []),
    send: () => Promise.resolve(),
  })

function delivering(urgent: boolean) {
  const room = urgent ? ROOMS.urgent : ROOMS.usual
  const load = new Load(room)
  return workOff({
    name: urgent ? 'urgent webhooks' : 'webhooks',
    most: room.all,
    claim: async () => {
      const free = load.free()
      const claimed = free > 0 ? await claimDeliveries(urgent, free, load.underWay()) : []
      return claimed.map((one) => ({ claimed: one, end: load.take(one) }))
    },
    send: ({ claimed, end }) => deliver(claimed).finally(end),
  })
}
