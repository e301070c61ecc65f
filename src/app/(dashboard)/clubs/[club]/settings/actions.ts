'use server'

import { updateClubBody } from '@/contracts/club'
import { clubs, updateClubPolicyBody } from '@/contracts/club-policy'
import { updateClub } from '@/lib/clubs/update-club'
import { updateClubPolicy } from '@/lib/policy/update-policy'
import { clubAction } from '../../../../action'

export async function updatePolicy(slug: string, input: unknown, attempt?: unknown) {
  return clubAction(
    slug,
    clubs.operations.updateClubPolicy,
    updateClubPolicyBody,
    input,
    updateClubPolicy,
    attempt,
  )
}

export async function changeClub(slug: string, input: unknown) {
  return clubAction(slug, clubs.operations.updateClub, updateClubBody, input, updateClub)
}
