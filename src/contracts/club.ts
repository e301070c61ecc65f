import { z } from 'zod'
import { email } from './email'
import { isTimeZone } from './time-zone'
import { line, slug } from './text'

const clubName = line(100)
const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, {
    error: 'must be the name of a time zone, such as Europe/Berlin or UTC',
  })
  .meta({ description: 'Where the club’s days end: a name of the IANA time zone database.' })

/** What a club is called and where it is. */
export const clubProfile = z
  .strictObject({ slug: z.string(), name: z.string(), timeZone: z.string() })
  .meta({ id: 'Club' })
export type ClubProfile = z.infer<typeof clubProfile>

export const updateClubBody = z
  .strictObject({ name: clubName.optional(), timeZone: timeZone.optional() })
  .refine((body) => Object.keys(body).length > 0, { error: 'must change something' })
  .meta({ id: 'UpdateClub', examples: [{ name: 'Demo Athletics', timeZone: 'Europe/Berlin' }] })
export type UpdateClubBody = z.infer<typeof updateClubBody>

/** A club that a person makes for themselves. */
export const ownClub = z.strictObject({ slug, name: clubName })
export type OwnClub = z.infer<typeof ownClub>

/** A club with its first admin, as an operator makes it. */
export const newClub = z.strictObject({
  slug,
  name: clubName,
  admin: z.strictObject({ email, name: line(100).optional() }),
})
