import type { ReactNode } from 'react'

export function EmptyState({
  title,
  children,
  action,
}: {
  title: string
  children: ReactNode
  action?: ReactNode
}) {
  return (
    <div className="grid justify-items-center gap-1.5 rounded-xl border border-dashed border-line px-6 py-14 text-center">
      <h2 className="font-semibold">{title}</h2>
      <p className="max-w-md text-sm text-pretty text-quiet">{children}</p>
      {action && <div className="pt-3">{action}</div>}
    </div>
  )
}
