import { db } from '../db/client'
import { notFound } from '../errors'
import { KINDS_TO_END, type KindToEnd } from '../mail/kinds'
import { clubCalled, OPEN } from '../sign-in/open-membership'
import { isAdmin } from '../permissions/scopes'
import type { SignedIn } from '../sign-in/session-actor'
import { wantNoMore } from './end-mails'

/** Kinds that only admins get. */
const FOR_ADMINS: readonly KindToEnd[] = ['new-admin', 'webhook-disabled']

export type ClubNotifications = {
  slug: string
  name: string
  kinds: { kind: KindToEnd; about: string; wanted: boolean }[]
}

/** Which mails a person gets from each of their clubs, of those that they can end. */
export async function listNotifications({ userId }: Pick<SignedIn, 'userId'>): Promise<ClubNotifications[]> {
  const memberships = await db().membership.findMany({
    relationLoadStrategy: 'join',
    where: { ...OPEN, userId },
    orderBy: { club: { name: 'asc' } },
    select: {
      roles: true,
      club: { select: { slug: true, name: true } },
      unwanted: { select: { kind: true } },
    },
  })
  return memberships.map(({ roles, club, unwanted }) => ({
    ...club,
    kinds: kindsFor(isAdmin(roles)).map((kind) => ({
      kind,
      about: KINDS_TO_END[kind],
      wanted: !unwanted.some((one) => one.kind === kind),
    })),
  }))
}

const kindsFor = (admin: boolean): KindToEnd[] =>
  (Object.keys(KINDS_TO_END) as KindToEnd[]).filter((kind) => admin || !FOR_ADMINS.includes(kind))

/**
 * Says whether a person wants a kind of mail from a club.
 * @throws Refusal `not_found` for a club that is not theirs, like one that does not exist
 */
export async function setNotification(
  { userId }: Pick<SignedIn, 'userId'>,
  { club: slug, kind, wanted }: { club: string; kind: KindToEnd; wanted: boolean },
): Promise<void> {
  const where = { ...OPEN, userId, club: { slug: clubCalled(slug) } }
  const member = await db().membership.findFirst({ where, select: { clubId: true } })
  if (!member) throw notFound()
  const of = { clubId: member.clubId, userId, kind }
  if (wanted) await db().unwantedMail.deleteMany({ where: of })
  else await wantNoMore(of)
}
