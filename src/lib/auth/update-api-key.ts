import type { ApiKey, UpdateApiKeyBody } from '@/contracts/api-key'
import { appendAudit } from '../audit/append'
import { difference, stated } from '../audit/changes'
import { db, type Transaction } from '../db/client'
import { conflict } from '../errors'
import { uncounted, type CountMaking } from '../limits/changes'
import type { Rate } from '../limits/limit'
import { clubsKeyRate, keptKeyRate, rateColumns, rateWithin } from '../limits/rate'
import { keptScopes } from '../permissions/scopes'
import { keptPolicyOf } from '../policy-row'
import type { Actor } from '../actor'
import { AddressList } from './address-list'
import { apiKeySelect, showApiKey, type ApiKeyRow } from './api-key-view'
import { changedEnd } from './changed-end'
import { requireFresh, requireFreshOrBrake } from './fresh'
import { keyAddresses } from './key-addresses'
import { keyRate, requireRateToGive } from './key-rate'
import { liveMaker } from './live-maker'
import { requireMakingOf } from './making-policy'
import { heldOwner, lockKey } from './lock'
import { requireHolding, requireOwnersRoles } from './receiver'
import { verifiedKeys } from './verified-keys'

type ById = { id: string }

/**
 * Renames a key, replaces its metadata, scopes, addresses, rate or end, disables or enables it. Enabling it,
 * or giving it more scopes, addresses, calls or time, hands rights out: the caller needs every resulting
 * scope. To narrow it, the caller only needs to be allowed to change the key.
 * @param countMaking called when the change hands rights out and the caller may do so; may throw RateLimited
 * @throws Refusal `not_found`, `conflict` (revoked, ended), `validation_failed` (addresses, rate, end),
 *   `reauthentication_required` (more than a new name and a few stops); where it hands rights out also
 *   `insufficient_scope` | `forbidden`
 */
export async function updateApiKey(
  actor: Actor,
  { id, ...change }: ById & UpdateApiKeyBody,
  countMaking = uncounted,
): Promise<ApiKey> {
  if (setsMore(change)) requireFresh(actor)
  const asked = change.allowedCidrs === undefined ? undefined : AddressList.asked(change.allowedCidrs)
  const row = await db().$transaction(async (tx) => {
    const before = await lockKey(tx, actor, 'update', id)
    if (before.revokedAt) throw conflict('A revoked key cannot be changed.')
    if (change.disabled && !before.disabledAt) await requireFreshOrBrake(actor)
    refuseLeakedAndHoney(before, change)
    const scopes = change.scopes ?? keptScopes(before.scopes)
    const end = await changedEnd(tx, actor, before, { expiresAt: change.expiresAt, scopes, countMaking })
    const expiresAt = end === undefined ? before.expiresAt : end
    const added = await requireReceivable(
      tx,
      actor,
      { ...before, expiresAt },
      { ...change, asked, countMaking },
    )
    const after = await tx.apiKey.update({
      where: { clubId_id: { clubId: actor.clubId, id } },
      data: {
        ...(change.name !== undefined && { name: change.name }),
        ...(change.scopes !== undefined && { scopes: change.scopes }),
        ...(added && { scopesSince: new Date() }),
        ...(change.metadata !== undefined && { metadata: change.metadata }),
        ...(asked !== undefined && { allowedCidrs: asked?.toString() ?? null }),
        ...(end !== undefined && { expiresAt: end }),
        ...(change.rateLimit !== undefined && rateColumns(change.rateLimit)),
        ...(change.disabled !== undefined && {
          disabledAt: change.disabled ? (before.disabledAt ?? new Date()) : null,
        }),
      },
      select: apiKeySelect,
    })
    const changes = { ...difference(settings(before), settings(after)), ...saidOfLeak(before, change) }
    if (Object.keys(changes).length > 0) {
      await appendAudit(tx, actor, { action: 'api-key.update', targetId: id, changes })
    }
    return after
  })
  verifiedKeys().forget([id])
  return showApiKey(row, actor)
}

/**
 * Whether a change does more than rename or stop a key: whether it touches what a job needs to go on as
 * before.
 */
const setsMore = ({ name: _name, disabled, despiteLeak: _, ...settings }: UpdateApiKeyBody): boolean =>
  disabled === false || Object.values(settings).some((value) => value !== undefined)

/** @throws Refusal `conflict` */
function refuseLeakedAndHoney(before: ApiKeyRow, change: UpdateApiKeyBody): void {
  if (before.honey && setsMore(change)) throw conflict('A honeykey can do nothing, and cannot be changed to.')
  if (enablesLeaked(before, change) && !change.despiteLeak)
    throw conflict(
      'The token of this key was found where others can read it. Make a new key instead; or send despiteLeak: true to enable this one all the same.',
    )
}

/** Its token stays known to others, however often it was disabled since. */
const enablesLeaked = ({ disabledAt, leakedAt }: ApiKeyRow, { disabled }: UpdateApiKeyBody): boolean =>
  disabled === false && disabledAt !== null && leakedAt !== null

const saidOfLeak = (before: ApiKeyRow, change: UpdateApiKeyBody) =>
  enablesLeaked(before, change) ? stated({ despiteLeak: true }) : {}

type Change = UpdateApiKeyBody & { asked: AddressList | null | undefined; countMaking: CountMaking }

/**
 * @returns whether the key gets scopes that it did not have
 * @throws Refusal where the change hands out rights that this caller cannot
 */
async function requireReceivable(
  tx: Transaction,
  actor: Actor,
  before: ApiKeyRow,
  change: Change,
): Promise<boolean> {
  const scopes = change.scopes ?? keptScopes(before.scopes)
  const added = scopes.filter((scope) => !before.scopes.includes(scope))
  const enables = change.disabled === false && before.disabledAt !== null
  if (added.length === 0 && !enables && change.asked === undefined && change.rateLimit === undefined)
    return false
  const maker = await liveMaker(tx, actor)
  const now = {
    allowedCidrs: AddressList.kept(before.allowedCidrs),
    rateLimit: keptKeyRate(before),
  }
  const allowedCidrs = change.asked === undefined ? now.allowedCidrs : keyAddresses(maker, change.asked)
  const rateLimit = change.rateLimit === undefined ? now.rateLimit : keyRate(maker, change.rateLimit)
  const mayDoMore =
    !AddressList.within(allowedCidrs, now.allowedCidrs) ||
    (await isFaster(tx, actor, rateLimit, now.rateLimit))
  if (added.length > 0 || enables || mayDoMore) {
    requireHolding(maker, { scopes, expiresAt: before.expiresAt, allowedCidrs, rateLimit })
    await requireMakingOf(tx, maker, before, scopes)
  }
  if (added.length > 0) requireOwnersRoles(await heldOwner(tx, actor, before), added)
  if (added.length > 0 || enables || mayDoMore) await change.countMaking()
  return added.length > 0
}

/**
 * Whether one rate allows more calls than another.
 * @throws Refusal `validation_failed` where this caller may not give the rate
 */
async function isFaster(
  tx: Transaction,
  actor: Actor,
  rate: Rate | null,
  before: Rate | null,
): Promise<boolean> {
  if (rate === before) return false
  const clubs = clubsKeyRate(await keptPolicyOf(tx, actor.clubId))
  if (rateWithin(rate ?? clubs, before ?? clubs)) return false
  requireRateToGive(actor, rate, clubs)
  return true
}

const settings = ({
  name,
  scopes,
  metadata,
  disabledAt,
  allowedCidrs,
  rateLimit,
  rateWindow,
  expiresAt,
}: ApiKeyRow) => ({
  name,
  scopes,
  metadata,
  disabled: disabledAt !== null,
  allowedCidrs: AddressList.kept(allowedCidrs)?.toStrings() ?? null,
  rateLimit: keptKeyRate({ rateLimit, rateWindow }),
  expiresAt,
})
