'use client'

import { listAddress } from '../list/address'
import { Chips } from '../list/chips'
import { SearchField } from '../list/search-field'
import type { MemberFilters } from './member-filters'

export type FilterProps = { here: string; given: MemberFilters }

/** Searches as one types; without script, when the form is sent. */
export function MemberSearch({ here, given }: FilterProps) {
  return (
    <search className="grid grid-cols-1 gap-2">
      <form method="get" action={here}>
        {given.show && <input type="hidden" name="show" value={given.show} />}
        <SearchField
          label="Search members"
          placeholder="Search by name or email"
          given={given.q}
          here={here}
          fields={given}
        />
      </form>
      <Chips
        label="Which members"
        chips={SHOWN.map(([show, name]) => ({
          name,
          href: listAddress(here, { ...given, show }),
          isCurrent: given.show === show,
        }))}
      />
    </search>
  )
}

const SHOWN = [
  [undefined, 'All'],
  ['active', 'Active'],
  ['invited', 'Invited'],
  ['suspended', 'Suspended'],
] as const
