import { z } from 'zod'
import { id } from '@/contracts/text'

/** The server keeps neither of them, only a hash of each. */
export const tokenForm = z.string().max(200)
export const passwordForm = z.strictObject({
  token: tokenForm,
  password: z.string().max(1024),
  /** Identities that go on getting this person in. */
  keep: z.array(id).max(20).optional(),
})
