import type { Actor, Once } from '../actor'
import { db, type Transaction } from '../db/client'
import { newId } from '../db/new-id'
import { Refusal } from '../errors'
import { takeSecrets } from './secrets'

/** The most records of one credential: the oldest make room. */
const MOST = 1_000

/** Thrown instead of making a change again: what its first request was answered. */
export class Repeated extends Error {
  override name = 'Repeated'
  constructor(
    /** As JSON, without secrets. */
    readonly answer: string,
    /** Its tokens, within ten minutes. */
    readonly sealed: Uint8Array | null,
  ) {
    super('this change was made before, under the same Idempotency-Key')
  }
}

type Options<Result> = {
  /** What the caller is answered, made of what `act` returns; without it, that itself. */
  answer?: (result: Result) => unknown
  /** How long the transaction may take, in milliseconds. */
  timeout?: number
}

/**
 * Makes a change in one transaction. If its request has an Idempotency-Key, the answer is recorded in the
 * same transaction: neither is ever there without the other. A refusal leaves no record, since it changed
 * nothing: it may be tried again.
 * @param act changes rows, and appends their audit rows
 * @throws Repeated where this very request was answered before
 * @throws Refusal `idempotency_key_reused` by another request, `idempotency_key_in_use` by this one, now
 */
export async function changing<Result>(
  actor: Actor,
  act: (tx: Transaction) => Promise<Result>,
  { answer = (result) => result, ...options }: Options<Result> = {},
): Promise<Result> {
  const { once, clubId } = actor
  if (!once) return db().$transaction(act, options)
  return db().$transaction(async (tx) => {
    await claim(tx, clubId, once)
    const result = await act(tx)
    await record(tx, clubId, once, answer(result))
    return result
  }, options)
}

type Found = { fingerprint: Uint8Array; answer: string; sealed: Uint8Array | null }

/** Nobody waits: of many at once one goes on, and the others are told to come back. */
async function claim(tx: Transaction, clubId: string, { digest, fingerprint }: Once): Promise<void> {
  const lock = digest.readBigInt64BE()
  const [claimed] = await tx.$queryRaw<{ taken: boolean }[]>`
    SELECT pg_try_advisory_xact_lock(${lock}::bigint) AS "taken"`
  if (!claimed?.taken)
    throw new Refusal(
      'idempotency_key_in_use',
      'The first request with this Idempotency-Key is still being worked on. Try again shortly.',
    )
  // Another statement: it sees what was committed until the lock was taken.
  const [found] = await tx.$queryRaw<Found[]>`
    SELECT "fingerprint", "answer", CASE WHEN "at" > now() - interval '10 minutes' THEN "sealed" END AS "sealed"
    FROM "IdempotencyRecord"
    WHERE "clubId" = ${clubId} AND "digest" = ${digest} AND "at" > now() - interval '24 hours'`
  if (!found) return
  if (!fingerprint.equals(found.fingerprint))
    throw new Refusal(
      'idempotency_key_reused',
      'This Idempotency-Key was sent with another request. Make a new one for each change.',
    )
  throw new Repeated(found.answer, found.sealed)
}

async function record(tx: Transaction, clubId: string, once: Once, answer: unknown): Promise<void> {
  const { shown, tokens } = takeSecrets(once.shape(answer), once.shownOnce)
  const text = JSON.stringify(shown)
  const sealed = Object.keys(tokens).length > 0 ? once.seal(JSON.stringify(tokens)) : null
  const { credential, digest, fingerprint } = once
  // What is there already is older than a day.
  await tx.$executeRaw`
    INSERT INTO "IdempotencyRecord" ("id", "clubId", "credential", "digest", "fingerprint", "answer", "sealed")
    VALUES (${newId()}::uuid, ${clubId}, ${credential}, ${digest}, ${fingerprint}, ${text}, ${sealed})
    ON CONFLICT ("clubId", "digest") DO UPDATE SET "fingerprint" = EXCLUDED."fingerprint", "answer" = EXCLUDED."answer",
      "sealed" = EXCLUDED."sealed", "at" = EXCLUDED."at"`
  await makeRoom(tx, clubId, credential)
  once.recorded = text
}

async function makeRoom(tx: Transaction, clubId: string, credential: string): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM "IdempotencyRecord" WHERE "id" = ANY (ARRAY(
      SELECT "id" FROM "IdempotencyRecord" WHERE "clubId" = ${clubId} AND "credential" = ${credential} AND ("at", "id") <= (
        SELECT "at", "id" FROM "IdempotencyRecord" WHERE "clubId" = ${clubId} AND "credential" = ${credential}
        ORDER BY "at" DESC, "id" DESC OFFSET ${MOST} LIMIT 1)
      FOR UPDATE SKIP LOCKED))`
}

/**
 * Where a verb went on after its commit, its answer says more than what was recorded with the change. What
 * was recorded since knows better: what others did is in it.
 */
export async function amendRecord({ clubId }: Actor, once: Once, answer: unknown): Promise<void> {
  if (once.recorded === undefined) return
  const text = JSON.stringify(takeSecrets(once.shape(answer), once.shownOnce).shown)
  if (text === once.recorded) return
  await db().$executeRaw`
    UPDATE "IdempotencyRecord" SET "answer" = ${text}
    WHERE "clubId" = ${clubId} AND "digest" = ${once.digest} AND "answer" = ${once.recorded}`
}
