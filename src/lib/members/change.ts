import { requireFresh } from '../auth/fresh'
import type { Actor } from '../actor'
import { requireStillValid } from '../auth/still-valid'
import { verifiedKeys } from '../auth/verified-keys'
import { Prisma, type Transaction, type UserKind } from '../db/client'
import { conflict, notFound } from '../errors'
import { changing } from '../idempotency/changing'
import { accessible } from '../permissions/ability'
import { memberSelect, type MemberRow } from './member-view'

/** One membership: a person's, or a service account's. An id of the other kind is a missing one. */
export type Which = { id: string; kind: UserKind }

/**
 * Changes one membership in a transaction of its own; this process then forgets what it knew of that user's
 * keys.
 * @param run gets the row, locked until the commit, so that two changes follow one another
 * @param answer what the caller is told, made of the row as it is then
 * @throws Refusal `reauthentication_required`, `not_found`, `conflict` when the club would be left without an
 *   active admin
 */
export async function changeMembership(
  actor: Actor,
  which: Which,
  run: (tx: Transaction, before: MemberRow) => Promise<MemberRow>,
  answer?: (after: MemberRow) => unknown,
): Promise<MemberRow> {
  requireFresh(actor)
  try {
    const change = async (tx: Transaction) => run(tx, await lockMembership(tx, actor, which))
    const row = await changing(actor, change, { ...(answer && { answer }) })
    verifiedKeys().forget([row.user.id])
    return row
  } catch (error) {
    throw isLastAdmin(error)
      ? conflict('A club keeps at least one active admin. Make somebody else an admin first.')
      : error
  }
}

type Rights = { roles: readonly string[] } & Pick<MemberRow, 'status'>

/** Whether a change hands rights out: it adds a role, or gives a suspended member their roles back. */
export const widens = (before: Rights, after: Rights): boolean =>
  after.roles.some((role) => !before.roles.includes(role)) ||
  (before.status === 'SUSPENDED' && after.status === 'ACTIVE')

const changeable = (actor: Actor, { id, kind }: Which): Prisma.MembershipWhereInput => ({
  AND: [accessible(actor, 'update', 'Membership'), { user: { kind } }, { id }],
})

/**
 * Before any lock: a caller who may not change the membership must not hold up others.
 * @throws Refusal `not_found`
 */
export async function requireChangeable(tx: Transaction, actor: Actor, which: Which): Promise<void> {
  const found = await tx.membership.findFirst({ where: changeable(actor, which), select: { id: true } })
  if (!found) throw notFound()
}

/**
 * Locks a membership until the commit.
 * @throws Refusal `not_found`, `forbidden` (the caller lost a role meanwhile)
 */
export async function lockMembership(tx: Transaction, actor: Actor, which: Which): Promise<MemberRow> {
  await requireChangeable(tx, actor, which)
  const { id } = which
  await tx.$queryRaw`SELECT 1 FROM "Membership" WHERE "clubId" = ${actor.clubId}::uuid AND "id" = ${id}::uuid FOR NO KEY UPDATE`
  const row = await tx.membership.findFirst({ where: changeable(actor, which), select: memberSelect })
  if (!row) throw notFound()
  await requireStillValid(tx, actor)
  return row
}

/** The trigger `Membership_keeps_an_admin` decides, however many changes come at once. */
function isLastAdmin(error: unknown): boolean {
  return (
    error instanceof Prisma.PrismaClientKnownRequestError &&
    error.message.includes('the last active admin of a club cannot go')
  )
}
