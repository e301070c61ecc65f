import { randomBytes } from 'node:crypto'
import { checksum } from '@/lib/auth/token'

/** What a token of ours has before its checksum, and nobody was given. */
export const madeUpBody = (): string => `sk_club_${randomBytes(22).toString('hex').slice(0, 43)}`

/** A token that only the database can tell from a good one. */
export function madeUpToken(): string {
  const body = madeUpBody()
  return body + checksum(body)
}
