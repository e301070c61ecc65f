import { z } from 'zod'
import { inviteMemberBody, updateMemberBody } from '@/contracts/member'
import { handOverBody } from '@/contracts/hand-over'
import { IMPACT_ACTS } from '@/contracts/offboarding'
import { roles } from '@/contracts/permissions'
import { id } from '@/contracts/text'

/** As in REST. */
export const inviteForm = inviteMemberBody
export const changeMemberForm = updateMemberBody.safeExtend({ id })
export const memberForm = z.strictObject({ id })
export const impactForm = z.strictObject({ id, act: z.enum(IMPACT_ACTS), roles: roles.optional() })
export const handOverForm = handOverBody.extend({ id })
