import { rmSync } from 'node:fs'
import { makeCheckout } from '../../__tests__/support/checkout'
import { runRedis } from '../../__tests__/support/redis-kinds'
import { temporaryFolder } from '../../__tests__/support/temporary'
import { fetchRelease } from '../stage/releases'
import { nameOf, type Cell } from './cells'
import { makeDump, startHost } from './host'
import { startOnOlder, type OlderFacts } from './older'
import { runCell, type CellFacts } from './run-cell'

export type MatrixFacts = { cells: CellFacts[]; older: OlderFacts[] }

/**
 * Each cell's installation from its first start to its restart. One server of Postgres for each release, one
 * Redis for all.
 * @param options.older whether releases that are too old are fetched and tried as well
 */
export async function runMatrix(
  cells: readonly Cell[],
  { say = () => {}, older = false }: { say?: (line: string) => void; older?: boolean } = {},
): Promise<MatrixFacts> {
  const folder = temporaryFolder()
  const checkout = makeCheckout()
  const redis = await runRedis()
  const facts: CellFacts[] = []
  try {
    const dump = await makeDump(checkout)
    const stage = { checkout, dump, redisUrl: `redis://127.0.0.1:${redis.port}` }
    for (const release of new Set(cells.map((cell) => cell.release))) {
      const programs = release === 15 || release === 17 ? release : fetchRelease(release, folder)
      const host = await startHost(release, programs, checkout)
      try {
        for (const cell of cells.filter((each) => each.release === release)) {
          say(nameOf(cell))
          facts.push(await runCell(cell, `cell_${facts.length}`, { ...stage, host }))
        }
      } finally {
        await host.stop()
      }
    }
    return { cells: facts, older: older ? await startOnOlder(checkout, folder) : [] }
  } finally {
    await redis.stop()
    checkout.remove()
    rmSync(folder, { recursive: true, force: true })
  }
}
