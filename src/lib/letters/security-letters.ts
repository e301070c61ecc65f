import { apart } from '@/contracts/unseen'
import type { Transaction } from '../db/client'
import type { MailParams } from '../mail/kinds'
import { memberNames } from '../people/names'
import { action, aside, ownLink, text } from './letter'
import { because, endable, isEnded, recipientIn, type Draft } from './recipients'

type To<Params> = Params & { userId: string }

/**
 * A key is known to others. Owner and admins get it, whatever mails they ended: who stole the key would like
 * nothing better than their not hearing of it.
 */
export async function leakedLetter(
  tx: Transaction,
  { clubId, userId, apiKeyId }: To<MailParams<'leaked'>>,
): Promise<Draft | null> {
  const person = await recipientIn(tx, { clubId, userId })
  const key = await tx.apiKey.findFirst({
    where: { clubId, id: apiKeyId },
    select: { name: true, start: true, userId: true, revokedAt: true, disabledAt: true },
  })
  if (!person || (key && key.userId !== userId && !person.isAdmin)) return null
  const { club } = person
  const which = key ? `“${apart(key.name)}” (${key.start ?? 'imported'}…)` : 'that was deleted since'
  const owner = key && (await memberNames(clubId, [key.userId], tx)).get(key.userId)
  const whose = owner && key.userId !== userId ? ` It belongs to ${apart(owner)}.` : ''
  const letter = {
    subject: key ? `${club.name}: the key “${apart(key.name)}” has leaked` : `${club.name}: a key has leaked`,
    title: 'A key has leaked',
    body: [
      text(`Somebody reported that the key ${which} of ${club.name} is known to others.${whose}`),
      text(whatWasDone(key)),
      text('Make another key where one is needed, and look at what this one was used for, and from where.'),
      action('Look at the key', ownLink(`/clubs/${club.slug}/keys/${apiKeyId}`)),
      aside(
        'Mails about leaked keys cannot be stopped: they are how you hear that somebody else has your key.',
      ),
    ],
    reason: because(key?.userId === userId ? 'the owner of this key, and a member' : 'an admin', club),
  }
  return { to: person.to, letter }
}

/** As it is now: what happens to a leaked key is the club's policy, and people may have acted since. */
function whatWasDone(key: { revokedAt: Date | null; disabledAt: Date | null } | null): string {
  if (!key || key.revokedAt)
    return 'It is revoked, and the keys that were made by it with it: none of them works.'
  if (key.disabledAt) return 'It is disabled, so it does not work. Revoke it, unless the report is wrong.'
  return 'It works: revoke it now, unless you know why it was reported.'
}

/** Whoever uses a honeykey has read something that they were not to read. */
export async function honeyUsedLetter(
  tx: Transaction,
  { clubId, userId, apiKeyId }: To<MailParams<'honey-used'>>,
): Promise<Draft | null> {
  const person = await recipientIn(tx, { clubId, userId })
  const key = await tx.apiKey.findFirst({
    where: { clubId, id: apiKeyId },
    select: { name: true, userId: true },
  })
  if (!person || !key || (key.userId !== userId && !person.isAdmin)) return null
  const { club } = person
  const letter = {
    subject: `${club.name}: somebody used the honeykey “${apart(key.name)}”`,
    title: 'A honeykey was used',
    body: [
      text(`Somebody called with “${apart(key.name)}” of ${club.name}, which lies where nobody should look.`),
      text(
        'It opened nothing. But whoever has it can read the place where you put it: look at what else lies there.',
      ),
      text('The audit log says from which address, and with what.'),
      action('Look at the honeykey', ownLink(`/clubs/${club.slug}/keys/${apiKeyId}`)),
      aside('Mails about honeykeys cannot be stopped: they are the alarm.'),
    ],
    reason: because(key.userId === userId ? 'the owner of this key, and a member' : 'an admin', club),
  }
  return { to: person.to, letter }
}

/** Somebody can manage people and keys from now on. */
export async function newAdminLetter(
  tx: Transaction,
  { clubId, userId, newAdminId, by }: To<MailParams<'new-admin'>>,
): Promise<Draft | null> {
  const person = await recipientIn(tx, { clubId, userId })
  if (!person?.isAdmin || (await isEnded(tx, 'new-admin', { clubId, userId }))) return null
  const who = apart((await memberNames(clubId, [newAdminId], tx)).get(newAdminId) ?? 'Somebody')
  const { club } = person
  const isTheirs = newAdminId === userId
  return endable('new-admin', person, {
    subject: isTheirs ? `${club.name}: you are an admin now` : `${club.name}: ${who} is an admin now`,
    title: isTheirs ? `You are an admin of ${club.name} now` : `${who} is an admin now`,
    body: [
      text(
        `${by === null ? 'The operator' : apart(by)} made ${isTheirs ? 'you' : who} an admin of ${club.name}.`,
      ),
      text('Admins invite and remove people, and see and end every key of the club.'),
      text('If that is not right, change their roles:'),
      action('Look at the members', ownLink(`/clubs/${club.slug}/members`)),
    ],
    reason: because('an admin', club),
  })
}

/** Events are not delivered any more. */
export async function webhookDisabledLetter(
  tx: Transaction,
  { clubId, userId, endpointId, ...what }: To<MailParams<'webhook-disabled'>>,
): Promise<Draft | null> {
  const person = await recipientIn(tx, { clubId, userId })
  if (!person?.isAdmin || (await isEnded(tx, 'webhook-disabled', { clubId, userId }))) return null
  const { club } = person
  const webhooks = `/clubs/${club.slug}/webhooks`
  const done = what.deleted ? 'deleted' : 'turned off'
  return endable('webhook-disabled', person, {
    subject: `${club.name}: the webhook to ${apart(what.host)} was ${done}`,
    title: `A webhook was ${done}`,
    body: [
      text(whyOff(club.name, what)),
      text(
        what.deleted
          ? 'Nothing is sent there any more. If that is not right, add it again.'
          : 'Nothing is sent there until an admin turns it on again. What happened meanwhile can be sent then.',
      ),
      what.deleted
        ? action('Look at the webhooks', ownLink(webhooks))
        : action('Look at the webhook', ownLink(`${webhooks}/${endpointId}`)),
    ],
    reason: because('an admin', club),
  })
}

type Off = Pick<MailParams<'webhook-disabled'>, 'host' | 'by' | 'deleted'>

function whyOff(club: string, { host, by, deleted }: Off): string {
  if (by === undefined)
    return `${apart(host)} did not take the events of ${club} for too long, or said that it wants no more.`
  const who = by === null ? 'The operator' : apart(by)
  return `${who} ${deleted ? 'deleted' : 'turned off'} the webhook of ${club} to ${apart(host)}.`
}
