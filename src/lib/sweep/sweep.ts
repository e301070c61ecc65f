import { db, type Transaction } from '../db/client'
import { endAllLeaversKeys } from '../auth/end-leavers-keys'
import { outdatedEvents } from '../events/outdated'
import { outdatedRecords } from '../idempotency/outdated'
import { foldUsage, outdatedUsage } from '../usage/fold'
import { deletePlaces } from '../usage/places'

/** How many rows one statement deletes. */
const AT_ONCE = 500
/** How many statements one sweep makes for one kind: what is left waits for the next. */
const MOST_STATEMENTS = 200
/** The number of the lock by which one process sweeps at a time. Ours alone: any number will do. */
const LOCK = 7_266_001_912

/** Deletes up to `most` outdated rows of a table. @returns how many went */
type DeleteSome = (tx: Transaction, most: number) => Promise<number>

const deleteWriters: DeleteSome = (tx, most) => tx.$executeRaw`
  DELETE FROM "UsageWriter" WHERE ctid = ANY (ARRAY(SELECT ctid FROM "UsageWriter"
    WHERE "at" < now() - interval '7 days' LIMIT ${most} FOR UPDATE SKIP LOCKED))`

/** Older than that none is asked about any more: see `reminders/due.ts`. */
const deleteReminders: DeleteSome = (tx, most) => tx.$executeRaw`
  DELETE FROM "ApiKeyReminder" WHERE ctid = ANY (ARRAY(SELECT ctid FROM "ApiKeyReminder"
    WHERE "at" < now() - interval '60 days' LIMIT ${most} FOR UPDATE SKIP LOCKED))`

/** By table. On `globalThis`: the framework loads modules more than once. */
const shared = globalThis as typeof globalThis & { clubkeysOutdated?: Record<string, DeleteSome> }
const outdated = () =>
  (shared.clubkeysOutdated ??= {
    UsageWriter: deleteWriters,
    ...outdatedUsage,
    ApiKeyPlace: deletePlaces,
    ApiKeyReminder: deleteReminders,
    ...outdatedRecords,
    ...outdatedEvents,
  })

/** Has the app's own outdated rows swept, too. */
export const sweepAlso = (tables: Readonly<Record<string, DeleteSome>>): void =>
  void Object.assign(outdated(), tables)

/**
 * Folds usage, marks what is left of leavers' keys as revoked, then deletes what is outdated, some rows at a
 * time. Of several processes one deletes; the others have nothing to do.
 * @returns how many rows of each kind went
 */
export async function sweep(): Promise<Record<string, number>> {
  await endAllLeaversKeys()
  await foldUsage()
  const swept: Record<string, number> = {}
  for (const [table, run] of Object.entries(outdated())) {
    swept[table] = 0
    for (let n = 0; n < MOST_STATEMENTS; n++) {
      const deleted = await db().$transaction((tx) => deleteSome(tx, run))
      swept[table] += deleted
      if (deleted < AT_ONCE) break
    }
  }
  return swept
}

async function deleteSome(tx: Transaction, run: DeleteSome): Promise<number> {
  const [lock] = await tx.$queryRaw<
    { taken: boolean }[]
  >`SELECT pg_try_advisory_xact_lock(${LOCK}) AS "taken"`
  if (!lock?.taken) return 0
  return run(tx, AT_ONCE)
}
