import type { Transaction } from '../db/client'
import { accessible } from '../permissions/ability'
import { findUnused, mayBeFirstUse } from './slow-hashes/first-use'
import { seesHoney, type Actor } from '../actor'
import { findDeletedKeys } from './deleted-key'
import { watchHoneykeys } from './honeykey-alarm'
import { digestOf } from './token'

/**
 * The id of the key with this token, also of a deleted one, or of one that is let in at its first use; null
 * where there is none that the caller may revoke.
 * @throws Refusal `unavailable` where too many first uses are tried
 */
export async function findByToken(tx: Transaction, actor: Actor, token: string): Promise<string | null> {
  const id = await findByDigest(tx, actor, digestOf(token))
  if (id !== null || !mayBeFirstUse(token)) return id
  const turn = turnOf(actor)
  const unused = await findUnused(token, { clubId: actor.clubId, ...(turn !== null && { turn }) })
  return unused && findByDigest(tx, actor, unused)
}

/** Each credential's own: another one delays no revocation. */
const turnOf = ({ via }: Actor): string | null =>
  via.kind === 'api_key' ? via.keyId : via.kind === 'session' ? via.sessionId : null

async function findByDigest(
  tx: Transaction,
  actor: Actor,
  digest: Buffer<ArrayBuffer>,
): Promise<string | null> {
  const key = await tx.apiKey.findFirst({
    where: { digest, ...accessible(actor, 'revoke', 'ApiKey') },
    select: { id: true, honey: true },
  })
  if (key && (seesHoney(actor) || !key.honey)) return key.id
  // To try a found token here is to use it, and a key's answer is that to an unknown one.
  if (key) watchHoneykeys({ ok: false, reason: 'honey', keyId: key.id }, () => actor.trace)
  const gone = await tx.apiKeyTombstone.findFirst({
    where: { digest, clubId: actor.clubId },
    select: { apiKeyId: true },
  })
  const [deleted] = gone ? await findDeletedKeys(tx, actor, [gone.apiKeyId]) : []
  return deleted?.apiKeyId ?? null
}
