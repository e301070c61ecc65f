import { z } from 'zod'

/** Of a password the server keeps a hash. */
const password = z.string().max(1024)
export const replacePasswordForm = z.strictObject({ current: password, next: password })
export const signOutForm = z.undefined()
