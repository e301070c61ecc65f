'use server'

import { members } from '@/contracts/members'
import { handOverKeys } from '@/lib/members/hand-over'
import { foreseeImpact } from '@/lib/members/impact'
import { inviteMember } from '@/lib/members/invite'
import { removeMember } from '@/lib/members/remove'
import { resendInvitation } from '@/lib/members/resend-invitation'
import { updateMember } from '@/lib/members/update'
import { clubAction } from '../../../../action'
import { handOverForm, impactForm, inviteForm, memberForm, changeMemberForm } from './forms'

export async function invite(slug: string, input: unknown) {
  return clubAction(slug, members.operations.inviteMember, inviteForm, input, inviteMember)
}

export async function inviteAgain(slug: string, input: unknown) {
  return clubAction(slug, members.operations.resendInvitation, memberForm, input, resendInvitation)
}

export async function changeMember(slug: string, input: unknown) {
  return clubAction(slug, members.operations.updateMember, changeMemberForm, input, updateMember)
}

export async function takeOut(slug: string, input: unknown) {
  return clubAction(slug, members.operations.removeMember, memberForm, input, removeMember)
}

export async function impact(slug: string, input: unknown) {
  return clubAction(slug, members.operations.memberImpact, impactForm, input, foreseeImpact)
}

export async function handOver(slug: string, input: unknown) {
  return clubAction(slug, members.operations.handOverKeys, handOverForm, input, handOverKeys)
}
