import { z } from 'zod'

/** Neither is ever kept: of both the server keeps a hash. */
export const tokenForm = z.string().max(200)
export const passwordForm = z.strictObject({ token: tokenForm, password: z.string().max(1024) })
