import type { HandedOver, HandOverBody } from '@/contracts/hand-over'
import type { FieldError } from '@/contracts/problem'
import type { Scope } from '@/contracts/permissions'
import { apart } from '@/contracts/unseen'
import type { Actor } from '../actor'
import { apiKeySelect, isLive, showCreatedKey, type ApiKeyRow } from '../auth/api-key-view'
import { requireFresh } from '../auth/fresh'
import { checkReplacement, makeReplacement, type Checked } from '../auth/replace-key'
import { verifiedKeys } from '../auth/verified-keys'
import type { Transaction } from '../db/client'
import { conflict, invalid, Refusal } from '../errors'
import { changing } from '../idempotency/changing'
import { holdMembers } from '../people/member'
import { accessible } from '../permissions/ability'
import { effectiveScopes, keptScopes } from '../permissions/scopes'
import { lockMembership, requireChangeable } from './change'
import { SERVICE, type MemberRow } from './member-view'

/** Many keys are many statements; a proxy waits much longer. */
const TIMEOUT_MS = 15_000

type Input = { id: string } & HandOverBody

/**
 * Gives the jobs of a member's keys to a service account: for each a new key with what the old one can do at
 * this moment. The caller sees the tokens, and so needs every resulting scope. All of them or none.
 * @throws Refusal `reauthentication_required`, `not_found` (the member), `validation_failed` naming
 *   `keyIds.N` or `serviceAccountId`; `forbidden` | `conflict` naming each key that cannot go: beyond the
 *   caller's or the account's roles, replaced, disabled, one too many
 */
export async function handOverKeys(
  actor: Actor,
  { id, keyIds, serviceAccountId, graceSeconds }: Input,
): Promise<HandedOver> {
  requireFresh(actor)
  const handOver = async (tx: Transaction) => {
    await requireChangeable(tx, actor, { id, kind: 'user' })
    const heir = await findHeir(tx, actor, serviceAccountId)
    await holdBoth(tx, actor, [id, serviceAccountId])
    const member = await lockMembership(tx, actor, { id, kind: 'user' })
    const held = await holdMembers(tx, actor.clubId, [heir.userId, member.user.id])
    const owner = held.get(heir.userId) ?? refuseHeir()
    const rows = await lockMembersKeys(tx, actor, member.user.id, keyIds)
    const checked = await checkAll(rows, (row, others) => {
      const replacement = { owner, graceSeconds, scopes: scopesOfHeir(row, member) }
      return checkReplacement(tx, actor, row, replacement, others)
    })
    const made = []
    for (const one of checked) made.push(await makeReplacement(tx, actor, one))
    return { keys: made.map(({ row, secret }) => showCreatedKey(row, secret, actor)) }
  }
  const handedOver = await changing(actor, handOver, { timeout: TIMEOUT_MS })
  verifiedKeys().forget(keyIds)
  return handedOver
}

/**
 * In the one order in which everybody locks several memberships: otherwise this and a bulk revocation could
 * wait for each other.
 */
async function holdBoth(tx: Transaction, { clubId }: Actor, ids: string[]): Promise<void> {
  await tx.$queryRaw`
    SELECT 1 FROM "Membership" WHERE "clubId" = ${clubId}::uuid AND "id" = ANY (${ids}::uuid[]) ORDER BY "id" FOR NO KEY UPDATE`
}

async function findHeir(tx: Transaction, actor: Actor, id: string): Promise<{ userId: string }> {
  const where = { AND: [accessible(actor, 'update', 'Membership'), SERVICE, { id }] }
  return (await tx.membership.findFirst({ where, select: { userId: true } })) ?? refuseHeir()
}

/** A foreign account, a missing one and one that is not in use get the same words. */
function refuseHeir(): never {
  throw invalid([{ path: 'serviceAccountId', message: 'must be an active service account of the club' }])
}

/** In the order asked for; the member who owns them is locked already. */
async function lockMembersKeys(
  tx: Transaction,
  actor: Actor,
  userId: string,
  ids: readonly string[],
): Promise<ApiKeyRow[]> {
  await tx.$queryRaw`
    SELECT 1 FROM "ApiKey" WHERE "clubId" = ${actor.clubId} AND "userId" = ${userId} AND "id" = ANY (${ids}::uuid[])
    ORDER BY "id" FOR NO KEY UPDATE`
  const where = { AND: [accessible(actor, 'update', 'ApiKey'), { userId, id: { in: [...ids] } }] }
  const found = new Map(
    (await tx.apiKey.findMany({ where, select: apiKeySelect })).map((row) => [row.id, row]),
  )
  const rows = ids.map((id) => found.get(id)).map((row) => (row && isLive(row) ? row : null))
  const missing = rows.flatMap((row, n) =>
    row ? [] : [{ path: `keyIds.${n}`, message: 'must be a live key of this member' }],
  )
  if (missing.length > 0) throw invalid(missing)
  return rows.flatMap((row) => row ?? [])
}

/** What the owner's roles grant the old key now: the new key brings no lost right back. */
function scopesOfHeir(row: ApiKeyRow, { roles }: MemberRow): Scope[] {
  const scopes = effectiveScopes(keptScopes(row.scopes), roles)
  if (scopes.length === 0) throw conflict('Its owner’s roles no longer grant it anything.')
  return scopes
}

/** Says why each key cannot go, not only the first. Nothing is written until all of them can. */
async function checkAll(
  rows: readonly ApiKeyRow[],
  check: (row: ApiKeyRow, others: number) => Promise<Checked>,
): Promise<Checked[]> {
  const checked: Checked[] = []
  const errors: FieldError[] = []
  let first: Refusal | undefined
  for (const [n, row] of rows.entries()) {
    try {
      checked.push(await check(row, checked.length))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      first ??= error
      errors.push({ path: `keyIds.${n}`, message: `“${apart(row.name)}”: ${error.message}` })
    }
  }
  if (first) throw new Refusal(first.code, 'Nothing was handed over.', errors, first.scope)
  return checked
}
