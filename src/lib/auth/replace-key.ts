import type { Scope } from '@/contracts/permissions'
import { appendAudit } from '../audit/append'
import { stated } from '../audit/changes'
import type { Transaction } from '../db/client'
import { alreadyReplaced, conflict, forbidden } from '../errors'
import { keptKeyRate } from '../limits/rate'
import { keptScopes } from '../permissions/scopes'
import type { Actor } from '../actor'
import { AddressList } from './address-list'
import { apiKeySelect, isLive, type ApiKeyRow } from './api-key-view'
import { refuseTooManyKeys } from './create-api-key'
import { earlier, keyLifetime } from './key-lifetime'
import { liveMaker } from './live-maker'
import { holdPolicy, requireMaking } from './making-policy'
import { mayReceive, requireHolding, requireOwnersRoles, type Owner } from './receiver'
import type { Secret } from './secret'
import { mintToken } from './token'

type Made = { row: ApiKeyRow; secret: Secret }

type Replacement = {
  /**
   * The owner of the new key, locked by `holdMember`: the old key's owner, or the service account that takes
   * the job over.
   */
  owner: Owner
  /** Those of the old key's scopes that it gets; without it, all. */
  scopes?: readonly Scope[]
  /** How long the old key works beside the new one, in seconds. */
  graceSeconds: number
  /** `undefined`: as long a life as the old key was made for; `null`: never. */
  expiresAt?: Date | null | undefined
}

/** A replacement that is allowed, with nothing written yet. */
export type Checked = {
  before: ApiKeyRow
  owner: Owner
  scopes: readonly Scope[]
  graceSeconds: number
  /** The new key's. */
  expiresAt: Date | null
}

/**
 * Makes the key that takes an old one's place, with everything that the old one had, and ends the old one
 * after a grace. Of several at once exactly one wins (G11); the caller then forgets what this process knew of
 * the old key.
 * @param before the old key, locked by `lockKey`
 * @throws Refusal as `checkReplacement`
 */
export const replaceKey = async (
  tx: Transaction,
  actor: Actor,
  before: ApiKeyRow,
  replacement: Replacement,
): Promise<Made> => makeReplacement(tx, actor, await checkReplacement(tx, actor, before, replacement))

/**
 * Whether this key may be replaced in this way; writes nothing.
 * @param others how many other new keys the same owner gets in this transaction
 * @throws Refusal `conflict` (replaced, revoked, expired, disabled), `forbidden` | `insufficient_scope`
 *   (receiver, the club's policy), `validation_failed` (expiry)
 */
export async function checkReplacement(
  tx: Transaction,
  actor: Actor,
  before: ApiKeyRow,
  { owner, graceSeconds, expiresAt: asked, scopes = keptScopes(before.scopes) }: Replacement,
  others = 0,
): Promise<Checked> {
  if (!mayReceive(actor, owner))
    throw forbidden(
      'Only its owner receives a person’s key. Revoke it, or hand its job to a service account.',
    )
  refuseDead(before)
  const { clubId } = actor
  const maker = await liveMaker(tx, actor)
  const club = await holdPolicy(tx, actor)
  const expiresAt = keyLifetime(maker, club, asked, { usual: lifeOf(before) })
  const rateLimit = keptKeyRate(before)
  requireHolding(maker, { scopes, expiresAt, allowedCidrs: AddressList.kept(before.allowedCidrs), rateLimit })
  requireOwnersRoles(owner, scopes)
  requireMaking(club, maker, owner, scopes)
  const most = club.maxLiveKeysPerMember
  if (isHandedOver(before, owner)) await refuseTooManyKeys(tx, clubId, owner.userId, most, others)
  else await refuseTooManyGraces(tx, clubId, owner.userId, most)
  return { before, owner, scopes, graceSeconds, expiresAt }
}

/** Writes what `checkReplacement` allowed in this transaction. @throws Refusal `conflict` */
export async function makeReplacement(tx: Transaction, actor: Actor, checked: Checked): Promise<Made> {
  const { before, owner, graceSeconds } = checked
  const { clubId } = actor
  const made = await makeSuccessor(tx, actor, checked)
  const replacedById = made.row.id
  const ends = await endAfterGrace(tx, clubId, before, { replacedById, graceSeconds })
  await copyScopeUses(tx, clubId, before.id, replacedById)
  const changes = {
    ...stated({ name: before.name, replacedById, graceSeconds }),
    expiresAt: { from: iso(before.expiresAt), to: iso(ends) },
  }
  const action = isHandedOver(before, owner) ? 'api-key.hand-over' : 'api-key.rotate'
  await appendAudit(tx, actor, { action, targetId: before.id, changes })
  return made
}

const isHandedOver = (before: ApiKeyRow, { userId }: Owner): boolean => userId !== before.owner.userId

async function makeSuccessor(
  tx: Transaction,
  actor: Actor,
  { before, owner, expiresAt, scopes }: Checked,
): Promise<Made> {
  const { secret, record } = mintToken()
  const { id: rotatedFromId, name, scopesSince, allowedCidrs, rateLimit, rateWindow } = before
  const row = await tx.apiKey.create({
    data: {
      ...record,
      clubId: actor.clubId,
      userId: owner.userId,
      name,
      scopes: [...scopes],
      scopesSince,
      allowedCidrs,
      rateLimit,
      rateWindow,
      metadata: before.metadata ?? {},
      expiresAt,
      rotatedFromId,
      createdByKeyId: actor.via.kind === 'api_key' ? actor.via.keyId : null,
    },
    select: apiKeySelect,
  })
  const limits = {
    allowedCidrs: AddressList.kept(allowedCidrs)?.toStrings() ?? null,
    rateLimit: keptKeyRate(before),
  }
  const changes = stated({ name, scopes, ownerId: owner.userId, expiresAt, ...limits, rotatedFromId })
  await appendAudit(tx, actor, { action: 'api-key.create', targetId: row.id, changes })
  return { row, secret }
}

function refuseDead(key: ApiKeyRow): void {
  if (key.replacedById) throw alreadyReplaced(key.replacedById)
  if (key.revokedAt) throw conflict('A revoked key cannot be rotated.')
  if (!isLive(key)) throw conflict('An expired key cannot be rotated.')
  // Somebody decided that this key should not work: its successor would.
  if (key.disabledAt) throw conflict('A disabled key cannot be rotated. Enable it first.')
}

/** In milliseconds; null: for ever. */
const lifeOf = ({ createdAt, expiresAt }: ApiKeyRow) =>
  expiresAt ? expiresAt.getTime() - createdAt.getTime() : null

/**
 * Ends the old key with the grace, unless it ends earlier by itself. The database decides who replaces it,
 * however many try.
 */
async function endAfterGrace(
  tx: Transaction,
  clubId: string,
  { id, expiresAt }: ApiKeyRow,
  { replacedById, graceSeconds }: { replacedById: string; graceSeconds: number },
): Promise<Date> {
  const ends = earlier(new Date(Date.now() + graceSeconds * 1000), expiresAt)
  const where = { id, clubId, replacedById: null, revokedAt: null }
  const { count } = await tx.apiKey.updateMany({ where, data: { replacedById, expiresAt: ends } })
  if (count === 0) throw conflict('This key was rotated or revoked at the same moment.')
  return ends
}

/** Otherwise a key that is rotated every month would never show a scope that it has not needed for three. */
async function copyScopeUses(tx: Transaction, clubId: string, from: string, to: string): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO "ApiKeyScopeUse" ("apiKeyId", "clubId", "scope", "lastUsedAt")
    SELECT ${to}::uuid, "clubId", "scope", "lastUsedAt" FROM "ApiKeyScopeUse" WHERE "clubId" = ${clubId} AND "apiKeyId" = ${from}::uuid`
}

/**
 * Keys in their grace do not count towards a member's maximum, so that the last one can be rotated, too. But
 * their number is bounded.
 */
async function refuseTooManyGraces(
  tx: Transaction,
  clubId: string,
  userId: string,
  most: number,
): Promise<void> {
  const inGrace = await tx.apiKey.count({
    where: { clubId, userId, revokedAt: null, replacedById: { not: null }, expiresAt: { gt: new Date() } },
  })
  if (inGrace >= most)
    throw conflict(`This member has ${most} rotated keys that still work. End the grace of one first.`)
}

const iso = (at: Date | null) => at?.toISOString() ?? null
