import type { CreateApiKeyBody, CreatedApiKey } from '@/contracts/api-key'
import type { Role, Scope } from '@/contracts/permissions'
import { appendAudit } from '../audit/append'
import { db, type Transaction } from '../db/client'
import { conflict, forbidden, insufficientScope, invalid, notFound } from '../errors'
import { scopesOf } from '../permissions/scopes'
import type { Actor } from './actor'
import { apiKeySelect, showApiKey } from './api-key-view'
import { requireFresh } from './fresh'
import { keyLifetime } from './key-lifetime'
import { refuseDeadMaker } from './dead-maker'
import { mintToken } from './token'
import { verifiedKeys } from './verified-keys'

/**
 * Makes a key and returns it with its token: the one time the token exists outside the caller.
 * The caller needs every scope of the new key, and a key can make only keys that live no longer than itself.
 * @throws Refusal `reauthentication_required`, `insufficient_scope` | `forbidden` (scopes), `validation_failed` (expiry, owner), `conflict` (too many live keys)
 */
export async function createApiKey(actor: Actor, input: CreateApiKeyBody): Promise<CreatedApiKey> {
  requireFresh(actor)
  const ownerId = ownerOf(actor, input)
  refuseStronger(actor, input.scopes)
  const { secret, record } = mintToken()
  const row = await db().$transaction(async (tx) => {
    const owner = await lockOwner(tx, actor.clubId, ownerId)
    await refuseDeadMaker(tx, actor)
    const missing = beyond(input.scopes, scopesOf(owner.roles))
    if (missing.length > 0) throw forbidden(`The owner's roles do not grant ${missing.join(' ')}.`, missing)
    const club = await tx.club.findUniqueOrThrow({ where: { id: actor.clubId } })
    await refuseTooMany(tx, actor.clubId, ownerId, club.maxLiveKeysPerMember)
    const created = await tx.apiKey.create({
      data: {
        ...record,
        clubId: actor.clubId,
        userId: ownerId,
        name: input.name,
        scopes: input.scopes,
        metadata: input.metadata ?? {},
        expiresAt: keyLifetime(actor, club, input.expiresAt),
        createdByKeyId: actor.via.kind === 'api_key' ? actor.via.keyId : null,
      },
      select: apiKeySelect,
    })
    const { id, name, scopes, expiresAt } = created
    const changes = { name, scopes, ownerId, expiresAt: expiresAt?.toISOString() ?? null }
    await appendAudit(tx, actor, { action: 'api-key.create', targetType: 'ApiKey', targetId: id, changes })
    return created
  })
  verifiedKeys().forgetRefusals()
  return { ...showApiKey(row), key: secret.reveal() }
}

/** Nobody but the owner receives a person's token. A foreign, missing or other member's id gets the same words. */
function ownerOf(actor: Actor, input: CreateApiKeyBody): string {
  const ownerId = input.ownerId ?? actor.userId
  if (ownerId === null || ownerId !== actor.userId) throw invalid([{ path: 'ownerId', message: 'must be the caller' }])
  return ownerId
}

function refuseStronger(actor: Actor, wanted: readonly Scope[]): void {
  const missing = beyond(wanted, actor.scopes)
  if (missing.length === 0) return
  const inRoles = beyond(missing, scopesOf(actor.roles)).length === 0
  throw inRoles ? insufficientScope(missing) : forbidden(`Your roles do not grant ${missing.join(' ')}.`, missing)
}

const beyond = (wanted: readonly Scope[], held: readonly Scope[]) => wanted.filter((scope) => !held.includes(scope))

/** Holds the owner's membership until the commit: a demotion or the 101st key waits, and then sees this one. */
async function lockOwner(tx: Transaction, clubId: string, userId: string): Promise<{ roles: Role[] }> {
  const [owner] = await tx.$queryRaw<{ roles: Role[] }[]>`
    SELECT m."roles"::text[] AS "roles" FROM "Membership" m JOIN "User" u ON u."id" = m."userId"
    WHERE m."clubId" = ${clubId}::uuid AND m."userId" = ${userId}::uuid AND m."status" = 'ACTIVE' AND u."disabledAt" IS NULL
    FOR NO KEY UPDATE OF m`
  if (!owner) throw notFound()
  return owner
}

async function refuseTooMany(tx: Transaction, clubId: string, userId: string, most: number): Promise<void> {
  const live = await tx.apiKey.count({
    where: { clubId, userId, revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] },
  })
  if (live >= most) throw conflict(`This member has ${most} live keys, the most this club allows. Revoke one first.`)
}
