import type { ReactNode } from 'react'

type Counts = { requests: number; denied: number; limited: number; errors: number }

/** As the server counts them. */
export type Calls = {
  today: Counts
  compared: { today: number; weekBefore: number } | null
}

/** @param children how the last days went, drawn */
export function CallsCard({ calls: { today, compared }, children }: { calls: Calls; children?: ReactNode }) {
  return (
    <section aria-label="Calls" className="overflow-hidden rounded-xl border border-line bg-raised">
      <dl className="grid grid-cols-3 divide-line max-lg:gap-y-4 max-lg:border-b max-lg:p-4 sm:max-lg:p-5 lg:grid-cols-[minmax(0,2fr)_repeat(3,minmax(0,1fr))] lg:divide-x lg:border-b lg:border-line">
        <div className="grid content-start gap-1 max-lg:col-span-full lg:px-5 lg:py-4">
          <dt className="text-sm font-medium text-quiet">Calls today</dt>
          <dd className="text-3xl leading-none font-semibold tracking-tight">{told(today.requests)}</dd>
          <dd className="text-sm text-quiet">{comparison(compared)}</dd>
        </div>
        <Figure name="Denied" about="401, 403" count={today.denied} tone="text-bad" />
        <Figure name="Rate limited" about="429" count={today.limited} tone="text-warn" />
        <Figure name="Errors" about="5xx" count={today.errors} tone="text-bad" />
      </dl>
      {children && <div className="px-4 py-4 sm:px-5">{children}</div>}
    </section>
  )
}

type FigureProps = { name: string; about: string; count: number; tone: string }

function Figure({ name, about, count, tone }: FigureProps) {
  return (
    <div className="grid content-start gap-1 lg:px-5 lg:py-4">
      <dt className="text-sm font-medium text-quiet">{name}</dt>
      <dd className={`text-xl leading-tight font-semibold tracking-tight ${count > 0 ? tone : ''}`}>
        {told(count)}
      </dd>
      <dd className="text-xs text-quiet">{about}</dd>
    </div>
  )
}

const told = (count: number) => count.toLocaleString('en')

/** Whether that is much for this time of the week. */
function comparison(compared: Calls['compared']): string {
  if (!compared) return 'The day has just begun (UTC).'
  const { today, weekBefore } = compared
  if (weekBefore === 0)
    return today === 0 ? 'None in these hours last week, either.' : 'None in these hours last week.'
  const percent = Math.round(((today - weekBefore) / weekBefore) * 100)
  if (percent === 0) return 'As many as in the same hours last week.'
  return `${told(Math.abs(percent))}% ${percent > 0 ? 'more' : 'fewer'} than in the same hours last week.`
}
