import { stated } from '../audit/changes'
import { db, type Transaction } from '../db/client'
import { tellOwner } from './tell-owner'
import type { Trace } from '../actor'
import { readClaims, type GivenIdentity } from './claims'
import { holdUser, stands } from './hold-password'
import { isLinkIntent, spendLinkIntent } from './link-intent'
import { recordForPerson } from './person-record'
import { providerName } from './providers'
import type { SessionToken } from './session-actor'

type Return = { state: string; presented: SessionToken | null; trace: Trace }

/**
 * Links what somebody brings back from a provider, if they went there for it. It signs nobody in.
 * @returns where to go on, or null when this was no linking but a sign-in
 */
export async function linkByIntent(given: GivenIdentity, came: Return): Promise<{ goTo: string } | null> {
  if (!(await isLinkIntent(came.state))) return null
  const claims = readClaims(given)
  if (!claims || !came.presented) return { goTo: '/account?link=expired' }
  const subject = { userId: came.presented.userId, issuer: given.issuer, subject: claims.sub }
  const { presented } = came
  const outcome = await db().$transaction(async (tx) => {
    const user = await holdUser(tx, presented.userId)
    const has = user !== null && (await stands(tx, presented))
    if (!has || !(await spendLinkIntent(tx, { presented, issuer: given.issuer, state: came.state })))
      return 'expired'
    return (await linkIdentity(tx, subject, came.trace)) ? 'done' : 'taken'
  })
  return { goTo: `/account?link=${outcome}` }
}

type Subject = { userId: string; issuer: string; subject: string }

/**
 * Links an identity to a user whom the transaction holds, on record in each of their clubs. They are told.
 * @returns false when it is somebody's already
 */
export async function linkIdentity(
  tx: Transaction,
  { userId, issuer, subject }: Subject,
  trace: Trace,
): Promise<boolean> {
  // The database decides a race: of two who bring one identity at once the second adds no row.
  const { count } = await tx.account.createMany({
    data: { userId, type: 'oidc', provider: issuer, providerAccountId: subject },
    skipDuplicates: true,
  })
  if (count === 0) return false
  const provider = providerName(issuer)
  const changes = stated({ provider })
  await recordForPerson(tx, { userId, trace }, { action: 'member.identity-link', changes })
  await tellOwner(tx, userId, { is: 'linked', provider })
  return true
}
