import { everyCell, type Cell } from '../../../chaos/matrix/cells'
import { runMatrix } from '../../../chaos/matrix/matrix'

// The short form of what `npm run chaos` does with more releases, and with every way and installation.

const CELLS: Cell[] = [
  { release: 17, way: 'direct', clock: 'UTC', level: 'server', installation: 'second on its server' },
  { release: 17, way: 'transaction pooler', clock: 'DST day', level: 'database', installation: 'one role' },
  { release: 15, way: 'session pooler', clock: 'Kolkata', level: 'role', installation: 'restored dump' },
]

it('G14: an installation answers right from its first start to its restart, wherever it stands', async () => {
  const { cells: facts } = await runMatrix(CELLS)
  expect(facts.flatMap(({ wrong }) => wrong)).toEqual([])
  for (const { looked, passed, revocationsMs } of facts) {
    expect(looked).toBeGreaterThan(150)
    expect(passed).toBe(20)
    expect(revocationsMs).toHaveLength(10)
  }
}, 240_000)

it('the long form meets any two of release, way, clock and installation', () => {
  const axes = ['release', 'way', 'clock', 'installation'] as const
  for (const one of axes)
    for (const other of axes.slice(axes.indexOf(one) + 1)) {
      const values = (axis: (typeof axes)[number]) => new Set(everyCell().map((cell) => cell[axis])).size
      const pairs = new Set(everyCell().map((cell) => `${cell[one]}, ${cell[other]}`)).size
      expect([one, other, pairs]).toEqual([one, other, values(one) * values(other)])
    }
})
