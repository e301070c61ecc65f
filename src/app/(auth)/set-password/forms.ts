import { z } from 'zod'
import { id } from '@/contracts/text'

/** Neither is ever kept: of both the server keeps a hash. */
export const tokenForm = z.string().max(200)
export const passwordForm = z.strictObject({
  token: tokenForm,
  password: z.string().max(1024),
  /** Identities that go on getting this person in. */
  keep: z.array(id).max(20).optional(),
})
