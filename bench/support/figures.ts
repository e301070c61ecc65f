export type Figure = { value: number; unit: string; n: number }

/** @param values at least one */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2
}

export const figure = (values: readonly number[], unit: string): Figure => ({ value: round(median(values)), unit, n: values.length })

/** Three significant digits: the machines are noisy, and more would claim more. */
const round = (value: number): number => Number(value.toPrecision(3))
