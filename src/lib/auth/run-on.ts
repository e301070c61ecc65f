import type { Actor, Once } from '../actor'
import { db } from '../db/client'
import { recordedAnswer } from '../idempotency/progress'
import { followLine } from './follow-line'
import { ANSWER_MS } from './revoke-keys'

/**
 * Goes on with what a first answer had left to do, as if its request had just been made. Each part of it is
 * on record with the answer.
 * @returns the answer as it is then, as JSON
 */
export async function runOn({ clubId }: Actor, { digest }: Once, answer: string): Promise<string> {
  const lines = await db().lineToEnd.findMany({ where: { clubId, digest: Uint8Array.from(digest) } })
  const until = Date.now() + ANSWER_MS
  for (const left of lines) await followLine({ revoked: [], left }, until)
  return (await recordedAnswer(clubId, digest)) ?? answer
}
