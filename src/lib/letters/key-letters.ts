import { apart } from '@/contracts/unseen'
import type { Transaction } from '../db/client'
import type { MailParams } from '../mail/kinds'
import { memberNames } from '../people/names'
import type { Occasion } from '../reminders/port'
import { action, aside, ownLink, text } from './letter'
import { because, endable, isEnded, recipientIn, type Draft, type Recipient } from './recipients'

/** How many keys a mail names. */
const NAMED = 30

/** Occasions of which a mail tells, by its kind. */
export const KIND_OF = {
  'ends-14': 'expiring',
  'ends-3': 'expiring',
  'ends-0': 'expired',
  'unused-90': 'unused',
} as const satisfies Record<Occasion, string>
type KeyMail = (typeof KIND_OF)[Occasion]

type Row = {
  id: string
  name: string
  start: string | null
  userId: string
  expiresAt: Date | null
  use: { lastUsedAt: Date } | null
}
type Told = { occasion: Occasion; key: Row }

/**
 * Keys that end, have ended or that nobody uses: an owner hears of their own, an admin of all of the club's,
 * as they are now. Nobody needs to hear of a key that is off or was replaced meanwhile.
 */
export async function keyLetter(
  tx: Transaction,
  kind: KeyMail,
  { clubId, keys, userId }: MailParams<KeyMail> & { userId: string },
): Promise<Draft | null> {
  const person = await recipientIn(tx, { clubId, userId })
  if (!person || (await isEnded(tx, kind, { clubId, userId }))) return null
  const live = await tx.apiKey.findMany({
    relationLoadStrategy: 'join',
    where: {
      clubId,
      id: { in: keys.map(({ id }) => id) },
      ...{ revokedAt: null, disabledAt: null, replacedById: null },
      ...(!person.isAdmin && { userId }),
    },
    select: {
      ...{ id: true, name: true, start: true, userId: true, expiresAt: true },
      use: { select: { lastUsedAt: true } },
    },
  })
  const rows = new Map(live.map((key) => [key.id, key]))
  const told = keys.flatMap(({ id, occasion }) => {
    const key = rows.get(id)
    return key && isOccasion(occasion) ? [{ occasion, key }] : []
  })
  if (told.length === 0) return null
  const owners = await memberNames(clubId, [...new Set(told.map(({ key }) => key.userId))], tx)
  return endable(kind, person, contentOf(kind, person, told, owners))
}

const isOccasion = (text: string): text is Occasion => Object.hasOwn(KIND_OF, text)

function contentOf(
  kind: KeyMail,
  { club, isAdmin }: Recipient,
  told: readonly Told[],
  owners: ReadonlyMap<string, string>,
) {
  const [first] = told
  const isOne = told.length === 1 && first !== undefined
  const title = isOne
    ? `The key “${apart(first.key.name)}” ${HAPPENS[first.occasion]}`
    : `${told.length} keys ${MANY[kind]}`
  const items = told.slice(0, NAMED).map((one) => ({
    name: `“${apart(one.key.name)}” (${one.key.start ?? 'imported'}…)`,
    about: aboutOf(one, owners, club.timeZone),
  }))
  return {
    subject: `${club.name}: ${isOne ? `the key “${apart(first.key.name)}” ${HAPPENS[first.occasion]}` : title}`,
    title,
    body: [
      { is: 'list', items, more: Math.max(0, told.length - NAMED) } as const,
      text(TO_DO[kind]),
      action('Look at the keys', ownLink(`/clubs/${club.slug}/keys?sort=expiresAt`)),
      aside(`Times are those of ${club.name}: ${club.timeZone}.`),
    ],
    reason: because(isAdmin ? 'an admin' : 'a member who owns such a key', club),
  }
}

const HAPPENS: Record<Occasion, string> = {
  'ends-14': 'ends within 14 days',
  'ends-3': 'ends within 3 days',
  'ends-0': 'has ended',
  'unused-90': 'was not used for 90 days',
}
const MANY: Record<KeyMail, string> = {
  expiring: 'end soon',
  expired: 'have ended',
  unused: 'were not used for 90 days',
}
const TO_DO: Record<KeyMail, string> = {
  expiring: 'Rotate a key that is still needed, or let it live longer. One that nobody needs may end.',
  expired: 'Calls with it are refused. Make another key if something still needs one.',
  unused: 'Revoke a key that nobody needs: it cannot leak any more then.',
}

function aboutOf({ occasion, key }: Told, owners: ReadonlyMap<string, string>, timeZone: string): string {
  const owner = owners.get(key.userId)
  const whose = owner === undefined ? [] : [`of ${apart(owner)}`]
  const at = occasion === 'unused-90' ? (key.use?.lastUsedAt ?? null) : key.expiresAt
  const when =
    occasion === 'unused-90' ? (at ? 'last used' : 'never used') : occasion === 'ends-0' ? 'ended' : 'ends'
  return [...whose, `${when}${at ? ` ${minute(at, timeZone)}` : ''}`].join(', ')
}

/** "2027-02-24 23:59" */
const minute = (at: Date, timeZone: string) => at.toLocaleString('sv-SE', { timeZone }).slice(0, 16)
