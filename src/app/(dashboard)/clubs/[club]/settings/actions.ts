'use server'

import { updateClubPolicyBody } from '@/contracts/club-policy'
import { operations } from '@/contracts/operations'
import { updateClubPolicy } from '@/lib/policy/update-policy'
import { clubAction } from '../../../../action'

export async function updatePolicy(slug: string, input: unknown) {
  return clubAction(slug, operations.updateClubPolicy, updateClubPolicyBody, input, updateClubPolicy)
}
