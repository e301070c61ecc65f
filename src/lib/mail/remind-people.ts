import { definition } from '@/contracts/definition'
import { apart } from '@/contracts/unseen'
import { db, storedRoles } from '../db/client'
import { env } from '../env'
import { OPEN } from '../people/member'
import { memberNames } from '../people/names'
import { isAdmin } from '../permissions/scopes'
import type { Notify, Occasion, Reminder } from '../reminders/port'
import { mailsAreSent, sendMail } from './send'

/** How many keys a mail names. */
const NAMED = 30

/**
 * Tells each owner of their keys, and each admin of all of the club's, in one mail. Without mail, only the
 * pages show them.
 * @returns false when a mail server took none of the mails
 */
export const remindPeople: Notify = async (clubId, reminders) => {
  if (!mailsAreSent()) return true
  const club = await db().club.findUniqueOrThrow({
    where: { id: clubId },
    select: { slug: true, name: true, timeZone: true },
  })
  const owners = [...new Set(reminders.map(({ ownerId }) => ownerId))]
  const people = await db().membership.findMany({
    relationLoadStrategy: 'join',
    where: {
      AND: [OPEN, { clubId, user: { kind: 'user', disabledAt: null } }],
      OR: [{ userId: { in: owners } }, { roles: { hasSome: storedRoles([...definition().admins]) } }],
    },
    select: { userId: true, roles: true, user: { select: { email: true } } },
  })
  const names = await memberNames(clubId, owners)
  const taken: boolean[] = []
  for (const { userId, roles, user } of people) {
    const theirs = reminders.filter(({ ownerId }) => ownerId === userId || isAdmin(roles))
    if (user.email && theirs.length > 0)
      taken.push(await sendMail({ to: user.email, ...mailOf(club, theirs, names) }))
  }
  return taken.length === 0 || taken.includes(true)
}

type Club = { slug: string; name: string; timeZone: string }

function mailOf(club: Club, reminders: readonly Reminder[], names: ReadonlyMap<string, string>) {
  const [first] = reminders
  const subject =
    reminders.length === 1 && first
      ? `${apart(club.name)}: the key “${apart(first.key.name)}” ${TITLE[first.occasion]}`
      : `${apart(club.name)}: ${reminders.length} keys need a look`
  const lines = reminders.slice(0, NAMED).map((reminder) => lineOf(reminder, names, club.timeZone))
  const more = reminders.length > NAMED ? [`... and ${reminders.length - NAMED} more.`] : []
  const text = [
    ...lines,
    ...more,
    '',
    'Rotate a key that is still needed, or let it live longer; revoke one that is not:',
    '',
    `${new URL(env().NEXTAUTH_URL).origin}/clubs/${club.slug}/keys?sort=expiresAt`,
    '',
  ].join('\n')
  return { subject, text }
}

const TITLE: Record<Occasion, string> = {
  'ends-14': 'ends within 14 days',
  'ends-3': 'ends within 3 days',
  'ends-0': 'has ended',
  'unused-90': 'was not used for 90 days',
}

function lineOf(
  { occasion, key, ownerId }: Reminder,
  names: ReadonlyMap<string, string>,
  timeZone: string,
): string {
  const whose = names.get(ownerId)
  const which = `“${apart(key.name)}” (${key.start ?? 'imported'}…)${whose === undefined ? '' : ` of ${apart(whose)}`}`
  const at = occasion === 'unused-90' ? key.lastUsedAt : key.expiresAt
  return `- ${which} ${TITLE[occasion]}${at ? `: ${minute(at, timeZone)}` : ''}`
}

/** "2027-02-24 23:59 Europe/Berlin" */
const minute = (at: Date, timeZone: string) =>
  `${at.toLocaleString('sv-SE', { timeZone }).slice(0, 16)} ${timeZone}`
