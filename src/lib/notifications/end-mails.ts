import { db } from '../db/client'
import { log } from '../log'
import { readUnsubscribeLink } from '../letters/unsubscribe-link'
import { KINDS_TO_END, type KindToEnd } from '../mail/kinds'

/** What a link ends, in words. */
export type EndedMails = { kind: string; club: string }

/** What a link would end; null for one that is not ours. Changes nothing. */
export async function peekUnsubscribeLink(t: string): Promise<EndedMails | null> {
  const ending = readUnsubscribeLink(t)
  const club =
    ending && (await db().club.findUnique({ where: { id: ending.clubId }, select: { name: true } }))
  return ending && club && { kind: KINDS_TO_END[ending.kind], club: club.name }
}

/**
 * Ends one kind of mail from one club to one person, by the link in such a mail: no sign-in is needed, and
 * nothing else can be done with it. A second time changes nothing.
 * @returns null for a link that is not ours
 */
export async function endMails(t: string): Promise<EndedMails | null> {
  const ending = readUnsubscribeLink(t)
  if (!ending) return null
  // Who has one link may send it without end.
  if (await wantNoMore(ending)) log.info({ ...ending }, 'a kind of mail was ended by its link')
  return peekUnsubscribeLink(t)
}

/** @returns whether they wanted it until now */
export async function wantNoMore(of: { clubId: string; userId: string; kind: KindToEnd }): Promise<boolean> {
  const { clubId, userId, kind } = of
  const data = { clubId, userId, kind }
  return (await db().unwantedMail.createMany({ data, skipDuplicates: true })).count > 0
}
