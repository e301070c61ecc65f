import { z } from 'zod'
import { id, slug } from '@/contracts/text'
import { KINDS_TO_END, type KindToEnd } from '@/lib/mail/kinds'
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
export const notificationForm = z.strictObject({
  club: slug,
  kind: z.enum(Object.keys(KINDS_TO_END) as [KindToEnd, ...KindToEnd[]]),
  wanted: z.boolean(),
})
export const signOutForm = z.undefined()
