import type { CreatedApiKey } from '@/contracts/api-key'
import type { CreateHoneykeyBody } from '@/contracts/honeykeys'
import { appendAudit } from '../audit/append'
import { stated } from '../audit/changes'
import type { Transaction } from '../db/client'
import { forbidden } from '../errors'
import { changing } from '../idempotency/changing'
import type { Actor } from '../actor'
import { apiKeySelect, showCreatedKey } from './api-key-view'
import { ownerOfNew, refuseTooManyKeys } from './create-api-key'
import { requireFresh } from './fresh'
import { holdPolicy } from './making-policy'
import { requireStillValid } from './still-valid'
import { mintToken } from './token'
import { verifiedKeys } from './verified-keys'

/**
 * Makes a honeykey and returns it with its token, which is shown only here: a key that can do nothing, to be
 * left where only a thief looks. To callers it is an unknown key; its use raises the alarm. No policy of a
 * club bounds its life, since there is nothing that it could do. It ends with its owner: one that is to
 * outlast a person is a service account's.
 * @throws Refusal `forbidden` (no admin who is signed in), `reauthentication_required`, `validation_failed`
 *   (owner), `conflict` (too many live keys)
 */
export async function createHoneykey(
  actor: Actor,
  { name, ownerId }: CreateHoneykeyBody,
): Promise<CreatedApiKey> {
  if (actor.via.kind === 'api_key' || !actor.ability.can('create-honey', 'ApiKey'))
    throw forbidden('Only an admin of the club who is signed in makes honeykeys.')
  requireFresh(actor)
  const { secret, record } = mintToken()
  const create = async (tx: Transaction) => {
    const owner = await ownerOfNew(tx, actor, { ownerId })
    await requireStillValid(tx, actor)
    const { maxLiveKeysPerMember: most } = await holdPolicy(tx, actor)
    await refuseTooManyKeys(tx, actor.clubId, owner.userId, most)
    const off = { honey: true, disabledAt: new Date(), scopes: [], expiresAt: null }
    const row = await tx.apiKey.create({
      data: { ...record, clubId: actor.clubId, userId: owner.userId, name, ...off },
      select: apiKeySelect,
    })
    const changes = stated({ name, ownerId: owner.userId, honey: true })
    await appendAudit(tx, actor, { action: 'api-key.create', targetId: row.id, changes })
    return showCreatedKey(row, secret, actor)
  }
  const made = await changing(actor, create)
  verifiedKeys().forgetRefusals()
  return made
}
