/** 17 is the embedded one, 15 Debian's; the others come from the registry. */
export const RELEASES = [15, 16, 17, 18] as const
const WAYS = ['direct', 'session pooler', 'transaction pooler', 'transaction pooler alone'] as const
const CLOCKS = ['UTC', 'New York', 'Kolkata', 'Berlin', 'DST day', 'German dates'] as const
const INSTALLATIONS = ['one role', 'two roles', 'second on its server', 'restored dump'] as const
/** For whom the clock is set. */
const LEVELS = ['database', 'role', 'server'] as const

export type Cell = {
  release: (typeof RELEASES)[number]
  /** `alone`: without DATABASE_DIRECT_URL. */
  way: (typeof WAYS)[number]
  clock: (typeof CLOCKS)[number]
  installation: (typeof INSTALLATIONS)[number]
  level: (typeof LEVELS)[number]
}

/**
 * Every release with every way and every installation. Each of these meets one clock, the one that its
 * release, way and installation have met least, so that any two of these four meet in every combination.
 */
export function everyCell(): Cell[] {
  const cells: Cell[] = []
  for (const release of RELEASES)
    for (const way of WAYS)
      for (const installation of INSTALLATIONS) {
        const here = { release, way, installation }
        const clock = leastMet(CLOCKS, (one) => met(cells, here, { clock: one }))
        const level = leastMet(LEVELS, (one) => met(cells, { ...here, clock }, { level: one }))
        cells.push({ ...here, clock, level })
      }
  return cells
}

/** How often a value met each of the others. */
function met(cells: readonly Cell[], others: Partial<Cell>, value: Partial<Cell>): number {
  const has = (cell: Cell, part: Partial<Cell>) =>
    Object.entries(part).every(([axis, one]) => cell[axis as keyof Cell] === one)
  const times = Object.entries(others).map(
    ([axis, one]) => cells.filter((cell) => has(cell, value) && has(cell, { [axis]: one })).length,
  )
  return times.reduce((sum, count) => sum + count, 0)
}

const leastMet = <T>(values: readonly T[], count: (value: T) => number): T =>
  values.reduce((least, value) => (count(value) < count(least) ? value : least))

export const nameOf = ({ release, way, clock, level, installation }: Cell): string =>
  `Postgres ${release}, ${way}, ${clock} of the ${level}, ${installation}`
