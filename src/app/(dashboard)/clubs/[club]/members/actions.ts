'use server'

import { members } from '@/contracts/members'
import { handOverKeys } from '@/lib/members/hand-over'
import { foreseeImpact } from '@/lib/members/impact'
import { givePasswordLink } from '@/lib/members/give-password-link'
import { makeInvitationLink } from '@/lib/members/invitation-link'
import { inviteMember } from '@/lib/members/invite'
import { removeMember } from '@/lib/members/remove'
import { resendInvitation } from '@/lib/members/resend-invitation'
import { updateMember } from '@/lib/members/update'
import { withdrawInvitation } from '@/lib/members/withdraw-invitation'
import { clubAction } from '../../../../action'
import { handOverForm, impactForm, inviteForm, memberForm, changeMemberForm } from './forms'

export async function invite(slug: string, input: unknown, attempt?: unknown) {
  return clubAction(slug, members.operations.inviteMember, inviteForm, input, inviteMember, attempt)
}

export async function inviteAgain(slug: string, input: unknown, attempt?: unknown) {
  return clubAction(slug, members.operations.resendInvitation, memberForm, input, resendInvitation, attempt)
}

export async function linkToInvite(slug: string, input: unknown, attempt?: unknown) {
  return clubAction(
    slug,
    members.operations.makeInvitationLink,
    memberForm,
    input,
    makeInvitationLink,
    attempt,
  )
}

export async function withdraw(slug: string, input: unknown, attempt?: unknown) {
  return clubAction(
    slug,
    members.operations.withdrawInvitation,
    memberForm,
    input,
    withdrawInvitation,
    attempt,
  )
}

export async function linkToReset(slug: string, input: unknown, attempt?: unknown) {
  return clubAction(slug, members.operations.givePasswordLink, memberForm, input, givePasswordLink, attempt)
}

export async function changeMember(slug: string, input: unknown, attempt?: unknown) {
  return clubAction(slug, members.operations.updateMember, changeMemberForm, input, updateMember, attempt)
}

export async function takeOut(slug: string, input: unknown, attempt?: unknown) {
  return clubAction(slug, members.operations.removeMember, memberForm, input, removeMember, attempt)
}

export async function impact(slug: string, input: unknown) {
  return clubAction(slug, members.operations.memberImpact, impactForm, input, foreseeImpact)
}

export async function handOver(slug: string, input: unknown, attempt?: unknown) {
  return clubAction(slug, members.operations.handOverKeys, handOverForm, input, handOverKeys, attempt)
}
