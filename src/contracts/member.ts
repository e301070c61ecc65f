import { z } from 'zod'
import { email } from './email'
import { page, pageQuery } from './page'
import { role, roles } from './permissions'
import { id, line, timestamp } from './text'

export const MEMBER_STATUSES = ['ACTIVE', 'SUSPENDED', 'REMOVED'] as const

/** What became of the mail of an invitation. */
export const MAIL_STATES = ['waiting', 'sent', 'failed'] as const

/** A person in a club. `user.name` is what the club calls them. */
export const member = z
  .strictObject({
    id,
    user: z.strictObject({ id, name: z.string(), email: z.string() }),
    roles: z.array(role),
    status: z.enum(MEMBER_STATUSES).meta({ description: '`REMOVED`: has left; kept on record.' }),
    joinedAt: timestamp,
    lastSeenAt: timestamp.nullable().meta({
      description:
        'When they last looked at the club’s pages, to five minutes; null: never, or not for you to know.',
    }),
    invitation: z
      .strictObject({
        sentAt: timestamp,
        expiresAt: timestamp.meta({ description: 'Until when the link that went out works.' }),
        mail: z.enum(MAIL_STATES).nullable().meta({
          description:
            'What became of its mail: `waiting` while it is being sent, `failed` if its address or mail server refused it for good; null: none went out.',
        }),
        by: z
          .strictObject({ id, name: z.string() })
          .nullable()
          .meta({ description: 'Who invited them; null: the operator.' }),
      })
      .nullable()
      .meta({ description: 'Of a member who has not been there yet; null: they have.' }),
  })
  .meta({ id: 'Member' })
export type Member = z.infer<typeof member>

export const keysLeft = z.number().int().meta({
  description:
    'How many keys are still to be marked as revoked, which goes on by itself. None of them works any more.',
})
export const removedMember = member.extend({ keysLeft }).meta({ id: 'RemovedMember' })
export type RemovedMember = z.infer<typeof removedMember>

export const inviteMemberBody = z
  .strictObject({ email, name: line(100).optional(), roles })
  .meta({ id: 'InviteMember' })
export type InviteMemberBody = z.infer<typeof inviteMemberBody>

/** Says the same of an address that nobody here knows and of one that has an account in another club. */
export const invitedMember = member
  .extend({
    mailed: z.boolean().meta({ description: 'Whether a mail is on its way to them.' }),
    setPasswordLink: z.string().nullable().meta({
      description:
        'Where no mail went out: for you to hand over, shown this once; works once, for 24 hours, unless the person can sign in already.',
    }),
  })
  .meta({ id: 'InvitedMember' })
export type InvitedMember = z.infer<typeof invitedMember>

export const updateMemberBody = z
  .strictObject({ roles: roles.optional(), status: z.enum(['ACTIVE', 'SUSPENDED']).optional() })
  .refine((body) => Object.keys(body).length > 0, { error: 'must change something' })
  .meta({ id: 'UpdateMember' })
export type UpdateMemberBody = z.infer<typeof updateMemberBody>

export const listMembersQuery = z.strictObject({
  ...pageQuery,
  status: z.enum(MEMBER_STATUSES).optional().meta({ description: 'Omitted: everyone who has not left.' }),
  role: role.optional(),
  invited: z.enum(['true', 'false']).optional().meta({
    description: '`true`: only those who have not accepted their invitation yet; `false`: only the others.',
  }),
  q: line(64).optional().meta({ description: 'Part of the name or the email address.' }),
})
export type ListMembersQuery = z.infer<typeof listMembersQuery>
export const memberPage = page(member).meta({ id: 'MemberPage' })
