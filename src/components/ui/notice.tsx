import type { ReactNode } from 'react'

const TONES = {
  bad: 'border-bad/30 bg-bad-well text-bad',
  warn: 'border-warn/30 bg-warn-well text-warn',
  good: 'border-good/30 bg-good-well text-good',
  plain: 'border-line bg-well text-ink',
}

type Props = { tone: keyof typeof TONES; urgent?: boolean; children: ReactNode }

/**
 * Says what happened in the place where it happened. Bad news interrupts a screen reader, the rest waits its
 * turn.
 */
export function Notice({ tone, urgent = tone === 'bad', children }: Props) {
  return (
    <div
      role={urgent ? 'alert' : 'status'}
      className={`rounded-lg border px-3 py-2.5 text-sm ${TONES[tone]}`}
    >
      {children}
    </div>
  )
}
