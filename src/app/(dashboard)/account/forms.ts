import { z } from 'zod'
import { id } from '@/contracts/text'
import { GOOGLE_PROVIDER, OIDC_PROVIDER } from '@/lib/sign-in/providers'

/** The server keeps only a hash of a password. */
const password = z.string().max(1024)
export const replacePasswordForm = z.strictObject({
  current: password,
  next: password,
  unlink: z.array(id).max(20),
  again: z.boolean().optional(),
})
export const linkForm = z.strictObject({ provider: z.enum([OIDC_PROVIDER, GOOGLE_PROVIDER]), password })
export const unlinkForm = z.strictObject({ id })
export const signInForm = z.strictObject({ id })
export const signOutForm = z.undefined()
