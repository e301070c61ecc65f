import type { CreateApiKeyBody, CreatedApiKey } from '@/contracts/api-key'
import { amountOf } from '@/contracts/words'
import { appendAudit } from '../audit/append'
import { stated } from '../audit/changes'
import type { Transaction } from '../db/client'
import { IN_ANY_ORDER } from '../db/in-any-order'
import { conflict, invalid, notFound } from '../errors'
import { changing } from '../idempotency/changing'
import { clubsKeyRate, rateColumns } from '../limits/rate'
import { holdMember, kindOf } from '../people/member'
import type { Actor } from '../actor'
import { AddressList } from './address-list'
import { apiKeySelect, showCreatedKey } from './api-key-view'
import { requireFresh } from './fresh'
import { keyAddresses } from './key-addresses'
import { countedKeys, keyLifetime } from './key-lifetime'
import { keyRate, requireRateToGive } from './key-rate'
import { liveMaker } from './live-maker'
import { holdPolicy, requireMaking } from './making-policy'
import { mayReceive, requireHolding, requireOwnersRoles, type Owner } from './receiver'
import { mintToken } from './token'
import { verifiedKeys } from './verified-keys'

/**
 * Makes a key and returns it with its token, which is shown only here. The caller needs every scope of the
 * new key. Through a key, the end, addresses and rate of the new one lie within its own.
 * @throws Refusal `reauthentication_required`, `insufficient_scope` | `forbidden` (scopes, the club's
 *   policy), `validation_failed` (expiry, owner, addresses, rate), `conflict` (too many live keys)
 */
export async function createApiKey(actor: Actor, input: CreateApiKeyBody): Promise<CreatedApiKey> {
  requireFresh(actor)
  const asked = input.allowedCidrs === undefined ? undefined : AddressList.asked(input.allowedCidrs)
  const { secret, record } = mintToken()
  const create = async (tx: Transaction) => {
    const owner = await ownerOfNew(tx, actor, input)
    const maker = await liveMaker(tx, actor)
    const club = await holdPolicy(tx, actor)
    const expiresAt = keyLifetime(maker, club, input.expiresAt)
    const allowedCidrs = keyAddresses(maker, asked)
    const rateLimit = keyRate(maker, input.rateLimit)
    requireRateToGive(actor, rateLimit, clubsKeyRate(club))
    requireHolding(maker, { scopes: input.scopes, expiresAt, allowedCidrs, rateLimit })
    requireOwnersRoles(owner, input.scopes)
    requireMaking(club, maker, owner, input.scopes)
    await refuseTooManyKeys(tx, actor.clubId, owner.userId, club.maxLiveKeysPerMember)
    const created = await tx.apiKey.create({
      data: {
        ...record,
        clubId: actor.clubId,
        userId: owner.userId,
        name: input.name,
        scopes: input.scopes,
        metadata: input.metadata ?? {},
        expiresAt,
        allowedCidrs: allowedCidrs?.toString() ?? null,
        ...rateColumns(rateLimit),
        createdByKeyId: actor.via.kind === 'api_key' ? actor.via.keyId : null,
      },
      select: apiKeySelect,
    })
    const bounds = {
      expiresAt: expiresAt?.toISOString() ?? null,
      allowedCidrs: allowedCidrs?.toStrings() ?? null,
      rateLimit,
    }
    const changes = stated({ name: created.name, scopes: created.scopes, ownerId: owner.userId, ...bounds })
    await appendAudit(tx, actor, {
      action: 'api-key.create',
      targetId: created.id,
      changes,
    })
    return showCreatedKey(created, secret, actor)
  }
  const made = await changing(actor, create)
  verifiedKeys().forgetRefusals()
  return made
}

/**
 * The owner, locked until the commit. An id that is foreign, missing or another member's gets the same words;
 * so does a suspended account.
 */
export async function ownerOfNew(
  tx: Transaction,
  actor: Actor,
  input: Pick<CreateApiKeyBody, 'ownerId'>,
): Promise<Owner> {
  const ownerId = input.ownerId ?? actor.userId
  const mayBe = ownerId !== null && (ownerId === actor.userId || (await isReceivedFor(tx, actor, ownerId)))
  const owner = mayBe ? await holdMember(tx, { clubId: actor.clubId, userId: ownerId }) : null
  if (owner && mayReceive(actor, owner)) return owner
  if (ownerId !== null && ownerId === actor.userId) throw notFound()
  throw invalid([
    {
      path: 'ownerId',
      message: 'must be your own user id or, if you are an admin who is signed in, that of a service account',
    },
  ])
}

/** Asked before any lock: a caller who may make nothing for this member must not hold up others. */
async function isReceivedFor(tx: Transaction, actor: Actor, userId: string): Promise<boolean> {
  const kind = await kindOf(tx, { clubId: actor.clubId, userId })
  return kind !== null && mayReceive(actor, { userId, kind })
}

/** @param others how many keys the same transaction makes besides @throws Refusal `conflict` */
export async function refuseTooManyKeys(
  tx: Transaction,
  clubId: string,
  userId: string,
  most: number,
  others = 0,
): Promise<void> {
  const live = await tx.apiKey.count({
    where: { clubId, userId, ...countedKeys() },
    take: most,
    orderBy: IN_ANY_ORDER,
  })
  if (live + others >= most)
    throw conflict(
      `This member has ${amountOf(most, 'live key')}, the most this club allows. Revoke one first.`,
    )
}
