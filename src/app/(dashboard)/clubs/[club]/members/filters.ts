import { z } from 'zod'
import type { MemberFilters } from '@/components/members/member-filters'
import type { ListMembersQuery } from '@/contracts/member'
import { line } from '@/contracts/text'
import { once } from '../list-or-start'

const filters = z.object({
  q: line(64).optional().catch(undefined),
  show: z.enum(['active', 'invited', 'suspended']).optional().catch(undefined),
})

/** What the page's address asks for. A filter that cannot be is left out. */
export const readMemberFilters = (query: Record<string, string | string[] | undefined>): MemberFilters =>
  filters.parse({ q: once(query.q), show: once(query.show) })

/** The same, as the list of members takes it. */
export function memberQuery({ q, show }: MemberFilters): Pick<ListMembersQuery, 'q' | 'status' | 'invited'> {
  return {
    ...(q !== undefined && { q }),
    ...(show === 'active' && { status: 'ACTIVE', invited: 'false' }),
    ...(show === 'invited' && { invited: 'true' }),
    ...(show === 'suspended' && { status: 'SUSPENDED' }),
  }
}
