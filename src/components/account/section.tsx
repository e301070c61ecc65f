import type { ReactNode } from 'react'

export function AccountSection({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="grid grid-cols-1 gap-4 rounded-xl border border-line bg-raised p-5">
      <h2 className="font-semibold">{title}</h2>
      {children}
    </section>
  )
}
