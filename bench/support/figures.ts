type Unit =
  'ratio' | 'us' | 'ms' | 's' | 'MB' | 'req/s' | 'per s' | 'statements' | 'answers' | 'requests' | 'CLS'
export type Figure = { value: number; unit: Unit; n: number }
/** Figures by id; what each id means stands in `catalogue.ts`. */
export type Figures = Record<string, Figure>

/** @param values at least one */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2
}

/** The value that the share `q` of all values lies below. @param values in any order, at least one */
export function quantile(values: ArrayLike<number>, q: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? NaN
}

/** The median of what each round came to. */
export const figure = (values: readonly number[], unit: Unit): Figure =>
  one(median(values), unit, values.length)

/**
 * A single value that `n` observations came to. Three significant digits: machines are noisy, and more would
 * claim more.
 */
export const one = (value: number, unit: Unit, n: number): Figure => ({
  value: Number(value.toPrecision(3)),
  unit,
  n,
})
