import { z } from 'zod'
import { isStorable } from '@/contracts/text'

const claimsSchema = z.object({
  sub: z.string().min(1).max(255).refine(isStorable),
  email: z.string().optional(),
  email_verified: z.union([z.boolean(), z.string()]).optional(),
})

export type GivenIdentity = { issuer: string; claims: unknown }

/** An identity's claims; null if they are not valid. */
export function readClaims({ issuer, claims }: GivenIdentity): z.infer<typeof claimsSchema> | null {
  const parsed = claimsSchema.safeParse(claims)
  return parsed.success && issuer !== '' ? parsed.data : null
}
