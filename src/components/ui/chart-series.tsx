/** How the calls of a time were answered; each of them is in one of these numbers. */
export type Answered = { ok: number; limited: number; denied: number; errors: number }
/** The same with the time that it is about, in words. */
export type DayReading = { title: string; answered: Answered }

type Series = { name: keyof Answered; title: string; statuses: string; look: string }

/** From the bottom of a bar to its top. The words stand beside the colours everywhere. */
export const SERIES: readonly Series[] = [
  { name: 'ok', title: 'OK', statuses: '', look: 'fill-accent' },
  { name: 'limited', title: 'Limited', statuses: '429', look: 'fill-amber' },
  { name: 'denied', title: 'Denied', statuses: '401, 403', look: 'fill-bad' },
  { name: 'errors', title: 'Errors', statuses: '5xx', look: 'fill-bad-well stroke-bad' },
]

export const sumOf = (answered: Answered): number => SERIES.reduce((sum, { name }) => sum + answered[name], 0)

export const inFigures = (count: number): string => count.toLocaleString('en')
const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 2 })
/** A million and more in short: there is no room for all of it on a phone. */
export const inFewFigures = (count: number): string => (count < 1e6 ? inFigures(count) : SHORT.format(count))

/** "12 Nov: 1,204 OK, 3 limited", or "12 Nov: no calls". */
export function sayReading({ title, answered }: DayReading): string {
  const said = SERIES.filter(({ name }) => answered[name] > 0).map(
    (series) =>
      `${inFigures(answered[series.name])} ${series.name === 'ok' ? 'OK' : series.title.toLowerCase()}`,
  )
  return `${title}: ${said.length > 0 ? said.join(', ') : 'no calls'}`
}

/** The colour of a series beside its name. */
export const Swatch = ({ look }: Pick<Series, 'look'>) => (
  <svg aria-hidden width={10} height={10} className="shrink-0">
    <rect x={0.5} y={0.5} width={9} height={9} rx={2} className={look} />
  </svg>
)
