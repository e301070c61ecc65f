import type { ReactNode } from 'react'

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
  columns: readonly string[]
  children: ReactNode
}) {
  return (
    <table role="table" aria-label={label} className="block w-full text-left text-sm xl:table">
      <thead role="rowgroup" className="sr-only xl:not-sr-only xl:table-header-group">
        <tr role="row" className="xl:table-row">
          {columns.map((column) => (
            <th
              key={column}
              role="columnheader"
              scope="col"
              className="px-3 pb-2 text-xs font-medium text-quiet first:pl-4 last:pr-4"
            >
              {column === ACTIONS ? <span className="sr-only">{column}</span> : column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup" className="grid grid-cols-1 gap-3 xl:table-row-group">
        {children}
      </tbody>
    </table>
  )
}

/** The last column, whose heading only screen readers need. */
export const ACTIONS = 'Actions'

export function Row({ children }: { children: ReactNode }) {
  return (
    <tr
      role="row"
      className="relative grid gap-x-4 gap-y-2.5 rounded-xl border border-line bg-raised p-4 max-xl:grid-cols-2 md:max-xl:grid-cols-4 xl:table-row xl:border-0 xl:[&>td]:border-t xl:[&>td]:border-line xl:hover:bg-well/60"
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
      className={`block min-w-0 xl:table-cell xl:px-3 xl:py-3 xl:align-top xl:first:pl-4 xl:last:pr-4 ${className}`}
    >
      {label && (
        <span aria-hidden className="block text-xs text-quiet xl:hidden">
          {label}
        </span>
      )}
      {children}
    </td>
  )
}
