'use server'

import { updateClubPolicyBody } from '@/contracts/club-policy'
import { updateClubPolicy } from '@/lib/clubs/policy'
import { clubAction } from '../../../../action'

export async function updatePolicy(slug: string, input: unknown) {
  return clubAction(slug, updateClubPolicyBody, input, updateClubPolicy)
}
