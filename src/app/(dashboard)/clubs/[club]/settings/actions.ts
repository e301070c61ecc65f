'use server'

import { clubs, updateClubPolicyBody } from '@/contracts/club-policy'
import { updateClubPolicy } from '@/lib/policy/update-policy'
import { clubAction } from '../../../../action'

export async function updatePolicy(slug: string, input: unknown) {
  return clubAction(slug, clubs.operations.updateClubPolicy, updateClubPolicyBody, input, updateClubPolicy)
}
