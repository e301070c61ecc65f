import { z } from 'zod'
import { inviteMemberBody, updateMemberBody } from '@/contracts/member'
import { id } from '@/contracts/text'

/** As in REST. */
export const inviteForm = inviteMemberBody
export const updateForm = updateMemberBody.safeExtend({ id })
export const removeForm = z.strictObject({ id })
