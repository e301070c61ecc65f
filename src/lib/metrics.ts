// What a process counts of itself, in the Prometheus text format (0.0.4). No label is an id: each value of one is
// a series of its own, and ids are the clubs' business.

type Kind = 'counter' | 'gauge' | 'histogram'
/** One series of a counter. Counting is an addition: it stands in the way of every request. */
export type Series = { count: number }
type Read = () => number | null | Readonly<Record<string, number>>
type Metric = {
  help: string
  kind: Kind
  label: string
  cells: Map<string, Series>
  read?: Read
  bounds?: readonly number[]
}

/** On `globalThis`: the framework loads modules more than once. */
const shared = globalThis as typeof globalThis & { clubkeysMetrics?: Map<string, Metric> }
const metrics = () => (shared.clubkeysMetrics ??= new Map<string, Metric>())

function metric(name: string, made: Omit<Metric, 'cells'>): Metric {
  const known = metrics().get(name)
  if (known) return Object.assign(known, made)
  const fresh = { ...made, cells: new Map<string, Series>() }
  metrics().set(name, fresh)
  return fresh
}

function cellOf({ cells }: Metric, value: string): Series {
  const known = cells.get(value)
  if (known) return known
  const fresh = { count: 0 }
  cells.set(value, fresh)
  return fresh
}

/**
 * A number that only grows.
 * @param values of the label, as far as they are known: a series that is missing until its first event hides
 *   that event from `rate()`
 * @returns the series of a value
 */
export function counter(name: string, help: string, label = '', values: readonly string[] = []) {
  const own = metric(name, { help, kind: 'counter', label })
  for (const value of label === '' ? [''] : values) cellOf(own, value)
  return (value = ''): Series => cellOf(own, value)
}

/**
 * A number that is read when somebody asks. A record has a value for each value of the label; null: there is
 * none now.
 */
export function measured(name: string, help: string, read: Read, label = ''): void {
  metric(name, { help, kind: 'gauge', label, read })
}

/** The same of a number that only grows. */
export function accumulated(name: string, help: string, read: Read, label = ''): void {
  metric(name, { help, kind: 'counter', label, read })
}

/**
 * How many of something lie below each bound.
 * @returns notes one
 */
export function distributed(name: string, help: string, label: string, bounds: readonly number[]) {
  const own = metric(name, { help, kind: 'histogram', label, bounds })
  return (value: string, size: number): void => {
    const bound = bounds.find((one) => size <= one)
    cellOf(own, `${value}\n${bound ?? '+Inf'}`).count++
    cellOf(own, `${value}\nsum`).count += size
  }
}

/** All of it, as a scraper reads it. */
export function metricsText(): string {
  const lines: string[] = []
  for (const [name, one] of metrics()) {
    const series = one.kind === 'histogram' ? histogramLines(name, one) : seriesLines(name, one)
    if (series.length === 0) continue
    lines.push(`# HELP ${name} ${one.help}`, `# TYPE ${name} ${one.kind}`, ...series)
  }
  return `${lines.join('\n')}\n`
}

function seriesLines(name: string, { label, cells, read }: Metric): string[] {
  const line = (value: string, count: number) =>
    `${name}${label === '' ? '' : `{${label}="${value}"}`} ${written(count)}`
  if (!read) return [...cells].map(([value, { count }]) => line(value, count))
  const seen = readSafely(read)
  if (seen === null) return []
  return typeof seen === 'number'
    ? [line('', seen)]
    : Object.entries(seen).map(([value, count]) => line(value, count))
}

function histogramLines(name: string, { label, cells, bounds = [] }: Metric): string[] {
  const values = [...new Set([...cells.keys()].map((key) => key.split('\n')[0] ?? ''))]
  const countOf = (value: string, part: number | string) => cells.get(`${value}\n${part}`)?.count ?? 0
  return values.flatMap((value) => {
    let below = 0
    const buckets = [...bounds, '+Inf'].map(
      (bound) => `${name}_bucket{${label}="${value}",le="${bound}"} ${(below += countOf(value, bound))}`,
    )
    const own = `{${label}="${value}"}`
    return [...buckets, `${name}_sum${own} ${countOf(value, 'sum')}`, `${name}_count${own} ${below}`]
  })
}

/** One number that cannot be had must not hide the others. */
function readSafely(read: Read): ReturnType<Read> {
  try {
    return read()
  } catch {
    return null
  }
}

const written = (count: number): string =>
  Number.isFinite(count) ? String(count) : Number.isNaN(count) ? 'NaN' : count > 0 ? '+Inf' : '-Inf'
