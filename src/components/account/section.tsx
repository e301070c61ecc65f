import type { ReactNode } from 'react'

type Props = { title: string; /** Where links lead. */ id?: string; children: ReactNode }

export function AccountSection({ title, id, children }: Props) {
  return (
    <section id={id} className="grid grid-cols-1 gap-4 rounded-xl border border-line bg-raised p-5">
      <h2 className="font-semibold">{title}</h2>
      {children}
    </section>
  )
}
