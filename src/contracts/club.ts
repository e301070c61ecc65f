import { z } from 'zod'
import { email } from './email'
import { line, slug } from './text'

/** A club with its first admin, as an operator makes it. */
export const newClub = z.strictObject({
  slug,
  name: line(100),
  admin: z.strictObject({ email, name: line(100).optional() }),
})
