import type { ReactNode } from 'react'

const TONES = {
  good: 'bg-good-well text-good',
  warn: 'bg-warn-well text-warn',
  bad: 'bg-bad-well text-bad',
  plain: 'bg-well text-quiet',
}
export type Tone = keyof typeof TONES

export function Badge({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span
      className={`inline-flex items-center rounded-full px-2 py-0.5 text-xs font-medium whitespace-nowrap ${TONES[tone]}`}
    >
      {children}
    </span>
  )
}
