import { db } from '../db/client'
import { measured } from '../metrics'

/** More are not counted: it means that many or more. */
const MOST = 10_000
/** How often it is read, in milliseconds. */
const EVERY_MS = 5_000

const read = { waiting: 0, oldestSeconds: 0, at: -Infinity }

measured('clubkeys_mails_waiting', `Mails that are still to be sent, up to ${MOST}.`, () =>
  read.at === -Infinity ? null : read.waiting,
)
measured('clubkeys_mails_waiting_age_seconds', 'Since when the oldest of them waits.', () =>
  read.at === -Infinity ? null : read.oldestSeconds,
)

/** Whoever asks for the metrics waits for no statement: it is read beside the sending. */
export async function readBacklog(): Promise<void> {
  if (performance.now() - read.at < EVERY_MS) return
  const [row] = await db().$queryRaw<{ waiting: number; oldestSeconds: number }[]>`
    SELECT count(*)::int AS "waiting", coalesce(extract(epoch FROM now() - min("at")), 0)::float8 AS "oldestSeconds"
    FROM (SELECT "at" FROM "OutgoingMail" WHERE "endedAt" IS NULL LIMIT ${MOST}) w`
  Object.assign(read, row, { at: performance.now() })
}
