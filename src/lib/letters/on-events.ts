import { z } from 'zod'
import { eventDetails, keyInEvent, memberInEvent } from '@/contracts/events'
import type { Transaction } from '../db/client'
import { onEvents, type PostedEvent } from '../events/port'
import { mailsAreSent } from '../mail/configured'
import { queueMail, type NewMail } from '../mail/queue'
import { isAdmin } from '../permissions/scopes'
import { adminsToMail } from './recipients'

const aboutKey = z.looseObject({ apiKey: keyInEvent })
const aboutMember = z.looseObject({ member: memberInEvent, ...eventDetails })
const aboutWebhook = z.looseObject({ webhook: z.looseObject({ url: z.string() }), ...eventDetails })

/** Whom an event is mailed to, and what: nobody where it is of no concern. */
type Mails = (tx: Transaction, event: PostedEvent) => Promise<NewMail[]>

const MAILS: Readonly<Record<string, Mails>> = {
  'api_key.leaked': (tx, event) => ownerAndAdmins(tx, event, 'leaked'),
  'api_key.honey_used': (tx, event) => ownerAndAdmins(tx, event, 'honey-used'),
  'member.invited': newAdmin,
  'member.updated': newAdmin,
  'member.reinstated': newAdmin,
  'webhook.disabled': (tx, event) => webhookOff(tx, event, {}),
  'webhook.deleted': (tx, event) => webhookOff(tx, event, { deleted: true }),
}

async function webhookOff(
  tx: Transaction,
  { clubId, subjectId, data }: PostedEvent,
  how: { deleted?: true },
): Promise<NewMail[]> {
  const { webhook, actor } = aboutWebhook.parse(data)
  const { host } = new URL(webhook.url)
  const by = actor.kind === 'system' ? {} : { by: actor.kind === 'operator' ? null : actor.name }
  const params = { clubId, endpointId: subjectId, host, ...by, ...how }
  return (await adminsToMail(tx, clubId)).map((userId) => ({ kind: 'webhook-disabled', userId, params }))
}

async function ownerAndAdmins(
  tx: Transaction,
  { clubId, subjectId, data }: PostedEvent,
  kind: 'leaked' | 'honey-used',
): Promise<NewMail[]> {
  const { owner } = aboutKey.parse(data).apiKey
  const people = new Set(await adminsToMail(tx, clubId))
  if (owner?.kind === 'user') people.add(owner.id)
  const params = { clubId, apiKeyId: subjectId }
  return [...people].map((userId) => ({ kind, userId, params }))
}

/** Somebody who is an admin, and was not before. */
async function newAdmin(tx: Transaction, { clubId, data }: PostedEvent): Promise<NewMail[]> {
  const { member, actor, changes } = aboutMember.parse(data)
  const before = z.array(z.string()).catch([]).parse(changes.roles?.from)
  const gained = changes.roles !== undefined && !isAdmin(before)
  const cameBack = changes.status?.to === 'ACTIVE'
  if (!isAdmin(member.roles) || !(gained || cameBack)) return []
  const params = { clubId, newAdminId: member.user.id, by: actor.kind === 'operator' ? null : actor.name }
  return (await adminsToMail(tx, clubId)).map((userId) => ({ kind: 'new-admin', userId, params }))
}

/**
 * Has people told by mail of what events tell of, where mail is sent. Each mail is queued once, however often
 * an event is told. Every process that changes anything calls it: without a subscriber, no event is written.
 */
export function mailOnEvents(): void {
  if (!mailsAreSent()) return
  onEvents('mails', Object.keys(MAILS), async (tx, events) => {
    for (const event of events) {
      const mails = (await MAILS[event.type]?.(tx, event)) ?? []
      await queueMail(tx, ...mails.map((mail) => ({ ...mail, once: `${event.id} ${mail.userId}` })))
    }
  })
}
