import { z } from 'zod'
import { id } from '@/contracts/text'

const nothing = z.strictObject({})
const ofClub = z.strictObject({ clubId: id })
const aboutKeys = ofClub.extend({
  keys: z.array(z.strictObject({ id, occasion: z.string() })).min(1),
})

/**
 * Every kind of mail. `rank`: of mails that are due, the lowest goes first, so that somebody who waits for a
 * link does not wait for reminders. `params`: what is kept until it is sent, by ids; never a secret, and no
 * text that could be read anew.
 */
export const MAIL_KINDS = {
  'password-link': { rank: 0, params: nothing },
  leaked: { rank: 0, params: ofClub.extend({ apiKeyId: id }) },
  'honey-used': { rank: 0, params: ofClub.extend({ apiKeyId: id }) },
  invitation: { rank: 1, params: ofClub },
  'account-changed': {
    rank: 1,
    params: z.strictObject({
      is: z.enum(['linked', 'unlinked', 'password-changed', 'password-set']),
      provider: z.string().optional(),
    }),
  },
  'new-admin': { rank: 2, params: ofClub.extend({ newAdminId: id, by: z.string().nullable() }) },
  'webhook-disabled': {
    rank: 2,
    params: ofClub.extend({
      endpointId: id,
      host: z.string(),
      /** Who did it by hand; null: an operator. Absent: it was given up. */
      by: z.string().nullable().optional(),
      deleted: z.literal(true).optional(),
    }),
  },
  expiring: { rank: 3, params: aboutKeys },
  expired: { rank: 3, params: aboutKeys },
  unused: { rank: 3, params: aboutKeys },
} as const

export type MailKind = keyof typeof MAIL_KINDS
export type MailParams<Kind extends MailKind> = z.output<(typeof MAIL_KINDS)[Kind]['params']>

/** Another release may have kinds that this one does not know. */
export const isMailKind = (kind: string): kind is MailKind => Object.hasOwn(MAIL_KINDS, kind)

/**
 * Kinds that people can end, as the last lines of such a mail name them. All others tell of what somebody else
 * may have done with their account or their key, who would end them first.
 */
export const KINDS_TO_END = {
  expiring: 'keys that end soon',
  expired: 'keys that have ended',
  unused: 'keys that nobody uses',
  'new-admin': 'new admins',
  'webhook-disabled': 'webhooks that were turned off',
} as const satisfies Partial<Record<MailKind, string>>
export type KindToEnd = keyof typeof KINDS_TO_END
