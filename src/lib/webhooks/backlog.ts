import { db } from '../db/client'
import { log } from '../log'
import { measured } from '../metrics'

/** How often it is looked at, in milliseconds, and how far it is counted. */
const LOOK_MS = 15_000
const MOST = 100_000

type Backlog = { waiting: number; oldestSeconds: number }
let last: Backlog | null = null

/** Has the metrics say how much waits to be sent, and for how long it has been due. */
export function watchBacklog(): void {
  const look = async () => {
    try {
      last = await readBacklog()
    } catch (error) {
      last = null
      log.debug({ err: error }, 'the backlog of webhooks could not be read')
    }
    setTimeout(() => void look(), LOOK_MS).unref()
  }
  measured(
    'clubkeys_webhook_backlog',
    'Deliveries that are due or wait for another attempt.',
    () => last?.waiting ?? null,
  )
  measured(
    'clubkeys_webhook_oldest_due_seconds',
    'For how long the oldest delivery that is due has been, where receivers take what is sent.',
    () => last?.oldestSeconds ?? null,
  )
  setTimeout(() => void look(), LOOK_MS * Math.random()).unref()
}

async function readBacklog(): Promise<Backlog> {
  const [row] = await db().$queryRaw<Backlog[]>`
    SELECT (SELECT count(*)::int FROM (SELECT FROM "WebhookDelivery" WHERE "nextAt" IS NOT NULL LIMIT ${MOST}) w) AS "waiting",
      coalesce((SELECT extract(epoch FROM now() - min(d."nextAt"))::float8 FROM "WebhookDelivery" d
        JOIN "WebhookEndpoint" p ON p."id" = d."endpointId" AND p."failingSince" IS NULL AND p."disabledAt" IS NULL
        WHERE d."nextAt" <= now()), 0) AS "oldestSeconds"`
  return row ?? { waiting: 0, oldestSeconds: 0 }
}
