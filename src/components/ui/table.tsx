import type { ReactNode } from 'react'

/** A column: its name alone, or what stands in its head. */
export type Column =
  | string
  | {
      name: string
      head: ReactNode
      sorted?: 'ascending' | 'descending' | undefined
      className?: string
    }

/**
 * A table that is a list of cards on a phone. There CSS takes `display: table` away, and with it what
 * browsers tell assistive technology about the parts: the roles say it again.
 */
export function Table({
  label,
  columns,
  children,
}: {
  label: string
  columns: readonly Column[]
  children: ReactNode
}) {
  return (
    <div className="md:overflow-hidden md:rounded-xl md:border md:border-line md:bg-raised">
      <table role="table" aria-label={label} className="block w-full text-left text-sm md:table">
        <thead role="rowgroup" className="sr-only md:not-sr-only md:table-header-group">
          <tr role="row" className="md:table-row">
            {columns.map((column) => (
              <Head key={typeof column === 'string' ? column : column.name} column={column} />
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup" className="grid grid-cols-1 gap-3 md:table-row-group">
          {children}
        </tbody>
      </table>
    </div>
  )
}

function Head({ column }: { column: Column }) {
  const isText = typeof column === 'string'
  return (
    <th
      role="columnheader"
      scope="col"
      aria-sort={isText ? undefined : column.sorted}
      className={`h-10 px-3 text-xs font-medium whitespace-nowrap text-quiet first:pl-4 last:pr-4 ${isText ? '' : (column.className ?? '')}`}
    >
      {!isText ? column.head : column === ACTIONS ? <span className="sr-only">{column}</span> : column}
    </th>
  )
}

/** The last column, whose heading only screen readers need. */
export const ACTIONS = 'Actions'

export function Row({ children }: { children: ReactNode }) {
  return (
    <tr
      role="row"
      className="relative grid grid-cols-2 gap-x-4 gap-y-2.5 rounded-xl border border-line bg-raised p-4 md:table-row md:border-0 md:hover:bg-well/60 md:[&>td]:border-t md:[&>td]:border-line"
    >
      {children}
    </tr>
  )
}

type Cell = { label?: string; children: ReactNode; className?: string }

/** @param label the column, said above the value on a phone */
export function Cell({ label, children, className = '' }: Cell) {
  return (
    <td
      role="cell"
      className={`block min-w-0 md:table-cell md:h-11 md:px-3 md:py-1 md:align-middle md:first:pl-4 md:last:pr-4 ${className}`}
    >
      {label && (
        <span aria-hidden className="block text-xs text-quiet md:hidden">
          {label}
        </span>
      )}
      {children}
    </td>
  )
}

/** Where a row's menu stands: in the corner of its card, and last in a table. */
export const MenuCell = ({ children }: { children: ReactNode }) => (
  <Cell className="max-md:absolute max-md:top-1.5 max-md:right-1.5 md:w-8 md:py-0! md:text-right">
    {children}
  </Cell>
)
