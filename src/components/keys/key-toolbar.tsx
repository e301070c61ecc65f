import Link from 'next/link'
import type { ReactNode } from 'react'
import { listAddress } from '../list/address'
import { Chips } from '../list/chips'
import { FilterMenu } from '../list/filter-menu'
import { ListForm } from '../list/list-form'
import { SearchField } from '../list/search-field'
import { Button, buttonClass } from '../ui/button'
import type { StatusCounts } from './filters'
import { FinerFilters, type FinerProps } from './finer-filters'
import { statusChips } from './status-chips'

type Props = FinerProps & {
  here: string
  /** null: they could not be counted in time. */
  counts: StatusCounts | null
  /** What else stands in the bar. */
  children?: ReactNode
}

/** Asks for the same page by its address: it works before any script does, and can be kept. */
export function KeyToolbar({ here, counts, children, ...finer }: Props) {
  const { given } = finer
  const { q: _q, status: _status, sort: _sort, order: _order, ...finest } = given
  const set = Object.values(finest).filter((value) => value !== undefined).length
  return (
    <search className="grid grid-cols-1 gap-2">
      <ListForm here={here}>
        {given.status && <input type="hidden" name="status" value={given.status} />}
        <SearchField
          label="Search keys"
          placeholder="Name, or how a key begins or ends"
          given={given.q}
          here={here}
          fields={given}
        />
        <FilterMenu set={set}>
          {/* What is asked for elsewhere on the page shows here, too. */}
          <FinerFilters key={JSON.stringify(given)} {...finer} />
          <div className="flex justify-end gap-2">
            {set > 0 && (
              <Link
                href={listAddress(here, { q: given.q, status: given.status })}
                prefetch={false}
                scroll={false}
                className={buttonClass('quiet')}
              >
                Clear
              </Link>
            )}
            <Button type="submit" look="primary">
              Apply
            </Button>
          </div>
        </FilterMenu>
        {children && <div className="flex gap-2 sm:ml-auto">{children}</div>}
      </ListForm>
      <Chips label="Keys by status" chips={statusChips(here, given, counts)} />
    </search>
  )
}
