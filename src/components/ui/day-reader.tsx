'use client'

import { useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react'
import { inFewFigures, sayReading, SERIES, Swatch, type DayReading } from './chart-series'

type Props = {
  label: string
  /** All days together. */
  whole: DayReading
  days: readonly DayReading[]
  /** The numbers beside the bars. */
  axis: ReactNode
  /** The bars, each as wide as the others. */
  children: ReactNode
}

/**
 * The numbers of all days, and of one while somebody points at it or walks there with the arrow keys. They
 * change in place, so that nothing covers the bars.
 */
export function DayReader({ label, whole, days, axis, children }: Props) {
  const [at, setAt] = useState<number | null>(null)
  const last = days.length - 1
  const bounded = (index: number) => Math.min(last, Math.max(0, index))
  const point = ({ clientX, currentTarget }: PointerEvent<HTMLElement>) => {
    const { left, width } = currentTarget.getBoundingClientRect()
    setAt(bounded(Math.floor(((clientX - left) / width) * days.length)))
  }
  const walk = (event: KeyboardEvent) => {
    const next = stepOfKey(event.key, at ?? last, last)
    if (next === undefined) return
    event.preventDefault()
    setAt(bounded(next))
  }
  const shown = (at === null ? undefined : days[at]) ?? whole
  return (
    <div className="grid gap-4">
      <Figures reading={shown} />
      <div className="flex gap-2">
        {axis}
        <div
          role="slider"
          tabIndex={0}
          aria-label={label}
          aria-valuemin={1}
          aria-valuemax={days.length}
          aria-valuenow={(at ?? last) + 1}
          aria-valuetext={sayReading(shown)}
          onPointerMove={point}
          onPointerDown={point}
          onPointerLeave={() => setAt(null)}
          onKeyDown={walk}
          onBlur={() => setAt(null)}
          className="relative min-w-0 flex-1 touch-pan-y rounded-sm"
        >
          {at !== null && (
            <svg aria-hidden className="absolute inset-0 size-full">
              <rect
                x={`${(at * 100) / days.length}%`}
                width={`${100 / days.length}%`}
                height="100%"
                className="fill-ink/8"
              />
            </svg>
          )}
          {children}
        </div>
      </div>
    </div>
  )
}

/** Where a key leads; undefined: nowhere. */
function stepOfKey(key: string, at: number, last: number): number | undefined {
  const steps: Record<string, number> = {
    ArrowLeft: at - 1,
    ArrowDown: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at + 1,
    PageDown: at - 7,
    PageUp: at + 7,
    Home: 0,
    End: last,
  }
  return steps[key]
}

function Figures({ reading: { title, answered } }: { reading: DayReading }) {
  return (
    <div className="grid gap-2">
      <p className="text-sm text-quiet">{title}</p>
      <dl className="grid grid-cols-4 gap-x-3 sm:grid-cols-[repeat(4,8.5rem)]">
        {SERIES.map(({ name, title: series, look }) => (
          <div key={name} className="grid min-w-0 gap-0.5">
            <dt className="flex items-center gap-1.5 text-xs text-quiet sm:text-sm">
              <Swatch look={look} /> {series}
            </dt>
            <dd className="text-lg font-semibold tracking-tight tabular-nums sm:text-2xl">
              {inFewFigures(answered[name])}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
