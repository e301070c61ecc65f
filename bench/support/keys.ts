import { createHash } from 'node:crypto'
import { checksum } from '@/lib/auth/token'

// Millions of keys that nobody has to remember: the i-th token, and everything about it, follows from i.

const KEYS_PER_MEMBER = 100
const MEMBERS_PER_CLUB = 10

/** The i-th token: of our own format, checksum included. */
export function tokenOf(i: number): string {
  const body = `sk_club_${createHash('sha256').update(`bench ${i}`).digest('hex').slice(0, 43)}`
  return body + checksum(body)
}

/** UUIDs in the order in which they were made, as version 7 gives them. */
const uuid = (kind: number, i: number) => `01900000-0000-700${kind}-8000-${i.toString(16).padStart(12, '0')}`

export const memberOf = (i: number) => Math.floor(i / KEYS_PER_MEMBER)
const clubOf = (member: number) => Math.floor(member / MEMBERS_PER_CLUB)
export const membersFor = (keys: number) => memberOf(keys - 1) + 1
export const clubsFor = (keys: number) => clubOf(memberOf(keys - 1)) + 1

export const keyId = (i: number) => uuid(2, i)
export const userId = (member: number) => uuid(1, member)
export const clubId = (club: number) => uuid(0, club)
export const clubIdOfMember = (member: number) => clubId(clubOf(member))
export const clubIdOfKey = (i: number) => clubIdOfMember(memberOf(i))

/** `count` tokens out of the first `of`, evenly spread, and others for each `seed`. */
export function spreadTokens(count: number, of: number, seed = 0): string[] {
  const step = of / count
  return Array.from({ length: count }, (_, i) =>
    tokenOf(Math.floor((i + ((seed * 0.618034) % 1)) * step) % of),
  )
}
