import { definition } from '@/contracts/definition'
import { storedRoles } from '../db/client'
import { mailsAreSent } from '../mail/configured'
import { queueMail, type NewMail } from '../mail/queue'
import { OPEN } from '../sign-in/open-membership'
import { isAdmin } from '../permissions/scopes'
import type { Notify, Reminder } from '../reminders/port'
import { KIND_OF } from './key-letters'

/**
 * Tells each owner of their keys, and each admin of all of the club's, in one mail of each kind. Without mail,
 * only the pages show them.
 */
export const remindPeople: Notify = async (clubId, reminders, tx) => {
  if (!mailsAreSent()) return true
  const owners = [...new Set(reminders.map(({ ownerId }) => ownerId))]
  const people = await tx.membership.findMany({
    where: {
      AND: [OPEN, { clubId, user: { kind: 'user', disabledAt: null } }],
      OR: [{ userId: { in: owners } }, { roles: { hasSome: storedRoles([...definition().admins]) } }],
    },
    select: { userId: true, roles: true },
  })
  const mails = people.flatMap(({ userId, roles }) => {
    const theirs = reminders.filter(({ ownerId }) => ownerId === userId || isAdmin(roles))
    return mailsAbout(theirs, { clubId, userId })
  })
  await queueMail(tx, ...mails)
  return true
}

function mailsAbout(
  reminders: readonly Reminder[],
  { clubId, userId }: { clubId: string; userId: string },
): NewMail[] {
  return [...new Set(Object.values(KIND_OF))].flatMap((kind) => {
    const keys = reminders
      .filter(({ occasion }) => KIND_OF[occasion] === kind)
      .map(({ key, occasion }) => ({ id: key.id, occasion }))
    return keys.length === 0 ? [] : [{ kind, userId, params: { clubId, keys } }]
  })
}
