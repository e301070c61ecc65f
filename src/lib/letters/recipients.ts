import { apart } from '@/contracts/unseen'
import { definition } from '@/contracts/definition'
import { storedRoles, type Transaction } from '../db/client'
import { KINDS_TO_END, type KindToEnd } from '../mail/kinds'
import { OPEN } from '../sign-in/open-membership'
import { isAdmin } from '../permissions/scopes'
import { ownHost, ownLink, type Letter } from './letter'
import { unsubscribeLink } from './unsubscribe-link'

/** A mail and to whom: their address as it is now. */
export type Draft = { to: string; letter: Letter; oneClick?: string }

const A_PERSON = { kind: 'user', disabledAt: null } as const

/** Somebody by their account alone; null: disabled, or no person. */
export async function mailAddressOf(tx: Transaction, userId: string): Promise<string | null> {
  const user = await tx.user.findFirst({ where: { id: userId, ...A_PERSON }, select: { email: true } })
  return user?.email ?? null
}

/** Those who hear of what concerns a club as a whole. */
export async function adminsToMail(tx: Transaction, clubId: string): Promise<string[]> {
  const admins = await tx.membership.findMany({
    where: {
      AND: [OPEN, { clubId, user: A_PERSON, roles: { hasSome: storedRoles([...definition().admins]) } }],
    },
    select: { userId: true },
  })
  return admins.map(({ userId }) => userId)
}

/** Somebody who may enter a club, and what mails say of it. */
export type Recipient = {
  userId: string
  to: string
  isAdmin: boolean
  /** `name`: set apart, for sentences. */
  club: { id: string; slug: string; name: string; timeZone: string }
}

type InClub = { clubId: string; userId: string }

/** null: they have left, are suspended or disabled, or their address is not proven. */
export async function recipientIn(tx: Transaction, { clubId, userId }: InClub): Promise<Recipient | null> {
  const member = await tx.membership.findFirst({
    relationLoadStrategy: 'join',
    where: { AND: [OPEN, { clubId, userId, user: A_PERSON }] },
    select: {
      roles: true,
      user: { select: { email: true } },
      club: { select: { id: true, slug: true, name: true, timeZone: true } },
    },
  })
  if (!member?.user.email) return null
  const { user, club, roles } = member
  const to = user.email ?? ''
  return { userId, to, isAdmin: isAdmin(roles), club: { ...club, name: apart(club.name) } }
}

/** Whether they ended this kind of mail from this club. */
export async function isEnded(
  tx: Transaction,
  kind: KindToEnd,
  { clubId, userId }: InClub,
): Promise<boolean> {
  return (await tx.unwantedMail.count({ where: { clubId, userId, kind } })) > 0
}

/** A mail of a kind that they can end: by one click, or on their account's page. */
export function endable(
  kind: KindToEnd,
  { to, userId, club }: Recipient,
  letter: Omit<Letter, 'endings'>,
): Draft {
  const link = unsubscribeLink({ clubId: club.id, userId, kind })
  const endings = {
    unsubscribe: link.page,
    settings: ownLink('/account#notifications'),
    kind: KINDS_TO_END[kind],
  }
  return { to, letter: { ...letter, endings }, oneClick: link.oneClick }
}

/** "You get this because ..." @param of what they are to it */
export const because = (of: string, club: Recipient['club']): string =>
  `You get this because you are ${of} of ${club.name} on ${ownHost()}.`
