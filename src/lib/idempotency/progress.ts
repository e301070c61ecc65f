import { db, type Transaction } from '../db/client'

type Named = { clubId: string; digest: Uint8Array | null }

/**
 * Brings the record of a first answer up to date with what was done since, in the very transaction that does
 * it: whoever asks again is told the truth, also where the process that answered is gone. Without a record
 * nothing happens.
 */
export async function recordProgress<Answer>(
  tx: Transaction,
  { clubId, digest }: Named,
  update: (answer: Answer) => Answer,
): Promise<void> {
  if (digest === null) return
  const [found] = await tx.$queryRaw<{ answer: string }[]>`
    SELECT "answer" FROM "IdempotencyRecord" WHERE "clubId" = ${clubId} AND "digest" = ${digest} FOR UPDATE`
  if (!found) return
  const answer = JSON.stringify(update(JSON.parse(found.answer) as Answer))
  await tx.$executeRaw`
    UPDATE "IdempotencyRecord" SET "answer" = ${answer} WHERE "clubId" = ${clubId} AND "digest" = ${digest}`
}

/** A first answer as it stands now, as JSON; null where its record is gone. */
export async function recordedAnswer(clubId: string, digest: Uint8Array): Promise<string | null> {
  const where = { clubId_digest: { clubId, digest: Uint8Array.from(digest) } }
  const found = await db().idempotencyRecord.findUnique({ where, select: { answer: true } })
  return found?.answer ?? null
}
