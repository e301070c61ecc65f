import type { OwnClub } from '@/contracts/club'
import { definition } from '@/contracts/definition'
import { appendAudit } from '../audit/append'
import { stated } from '../audit/changes'
import type { Trace } from '../actor'
import { isFresh } from '../auth/fresh'
import { db, Prisma, storedRoles, type Transaction } from '../db/client'
import { env } from '../env'
import { invalid, notFound, Refusal, signedOut } from '../errors'
import { attemptLimiter, giveBack, tryToSpend } from '../sign-in/attempts'
import { holdUser, stands } from '../sign-in/hold-password'
import type { SignedIn } from '../sign-in/session-actor'

const DAY_SECONDS = 24 * 3600
/** For how long a form may ask for its answer again. */
const AGAIN_MS = 10 * 60_000

/** Whether people may make clubs of their own here. */
export const mayCreateClubs = (): boolean => env().CLUB_CREATION === 'members'

/**
 * A person makes a club and becomes its first admin. For people who are signed in; no key can. Asked again
 * within ten minutes, it answers with the club that is there.
 * @throws Refusal `not_found` (the operator makes the clubs here), `reauthentication_required`,
 *   `validation_failed` naming `slug` (taken), `forbidden` (as many as one may make a day)
 */
export async function createOwnClub(
  person: SignedIn,
  { slug, name }: OwnClub,
  trace: Trace,
): Promise<{ slug: string }> {
  if (!mayCreateClubs()) throw notFound()
  if (!isFresh(person.authenticatedAt))
    throw new Refusal('reauthentication_required', 'Sign in again to create a club.')
  if (await isTheirs(person, { slug, name })) return { slug }
  // Counted before it is tried, so that a hundred at once are a hundred.
  const spent = [
    { limiter: attemptLimiter('club', env().CLUB_CREATION_PER_DAY, DAY_SECONDS), key: person.userId },
  ]
  if ((await tryToSpend(spent)) !== null)
    throw new Refusal('forbidden', 'You have created as many clubs as one may in a day. Try again tomorrow.')
  try {
    await db().$transaction((tx) => create(tx, person, { slug, name }, trace))
    return { slug }
  } catch (error) {
    await giveBack(spent)
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002') {
      if (await isTheirs(person, { slug, name })) return { slug }
      throw invalid([{ path: 'slug', message: 'is taken. Choose another one' }])
    }
    throw error
  }
}

/** Whether this person has just made that very club: the answer to their first try was lost. */
async function isTheirs({ userId }: SignedIn, { slug, name }: OwnClub): Promise<boolean> {
  const since = new Date(Date.now() - AGAIN_MS)
  const club = await db().club.findFirst({
    where: { slug, name, createdAt: { gt: since } },
    select: { id: true },
  })
  if (!club) return false
  const where = { clubId: club.id, actorUserId: userId, action: 'club.create' }
  return (await db().auditEvent.count({ where })) > 0
}

async function create(
  tx: Transaction,
  { userId, sessionId, authenticatedAt }: SignedIn,
  { slug, name }: OwnClub,
  trace: Trace,
): Promise<void> {
  if (!(await holdUser(tx, userId)) || !(await stands(tx, { userId, sessionId }))) throw signedOut()
  const { id: clubId } = await tx.club.create({ data: { slug, name }, select: { id: true } })
  const roles = storedRoles(definition().admins.slice(0, 1))
  // Nobody but them is in it: it opens though their address may be unproven.
  await tx.membership.create({ data: { clubId, userId, roles, vouched: true } })
  const via = { kind: 'session', sessionId, authenticatedAt } as const
  await appendAudit(
    tx,
    { clubId, userId, via, trace },
    { action: 'club.create', targetId: clubId, changes: stated({ slug, name, admin: userId }) },
  )
}
