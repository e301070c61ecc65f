import { tellEvents } from '../events/tell'
import { workOff } from '../outbox/work'
import { claimDeliveries } from './claim'
import { deliver } from './deliver'
import { Load } from './load'
import { watchBacklog } from './backlog'

/** At once, in this process. Urgent ones have room of their own: others that hang hold none of them up. */
const MOST = { usual: 64, urgent: 16 } as const

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
  const load = new Load()
  return workOff({
    name: urgent ? 'urgent webhooks' : 'webhooks',
    most: urgent ? MOST.urgent : MOST.usual,
    claim: async (free) =>
      (await claimDeliveries(urgent, free, load.full())).map((claimed) => ({
        claimed,
        end: load.take(claimed),
      })),
    send: ({ claimed, end }) => deliver(claimed).finally(end),
  })
}
