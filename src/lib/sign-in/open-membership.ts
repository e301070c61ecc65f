import { slug as slugSchema } from '@/contracts/text'
import type { Prisma } from '../db/client'

/**
 * Memberships that a sign-in may use. Anybody could have registered an address that nobody proved: it opens
 * only the club that gave its owner the link to the account, and no club that invited the address since.
 */
const PROVEN = { OR: [{ vouched: true }, { user: { emailVerified: { not: null } } }] }
export const OPEN = { status: 'ACTIVE', ...PROVEN } as const satisfies Prisma.MembershipWhereInput

/** Those that would be open if the club had not suspended them. */
export const SHUT = { status: 'SUSPENDED', ...PROVEN } as const satisfies Prisma.MembershipWhereInput

/** A text that cannot be a slug may be one that the database does not even take. */
export const clubCalled = (slug: string): string => (slugSchema.safeParse(slug).success ? slug : '')
