import { chmodSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
// No `@/` here: jest's global setup does not map names.
import { OUTSIDE } from '../../src/lib/db/embedded/binaries'
import { openCluster } from '../../src/lib/db/embedded/cluster'
import { runningServer, stopServer } from '../../src/lib/db/embedded/server'
import { isAlive } from '../../src/lib/process/processes'

const PREFIX = 'clubkeys-test-'

/**
 * A folder for tests that need a server of their own. Its name holds our pid, so that a later run can clean
 * up after a killed one.
 */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), `${PREFIX}${process.pid}-`))
  chmodSync(folder, 0o711) // The server's account walks through it; what is private inside has its own modes.
  return folder
}

const patience = () => sleep(20_000, undefined, { ref: false })

/** Stops and removes what runs that were killed left behind. */
export async function sweepAbandoned(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(PREFIX) && Number.parseInt(name.slice(PREFIX.length), 10)
    // Another user's leftovers are for that user to sweep.
    // One that cannot be stopped must not keep this run from starting.
    if (pid && !isAlive(pid))
      await Promise.race([sweep(path.join(tmpdir(), name)).catch(() => {}), patience()])
  }
}

async function sweep(folder: string): Promise<void> {
  const inside = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  for (const dataDir of [folder, ...inside.map((entry) => path.join(folder, entry.name))]) {
    const place = placeOf(dataDir)
    if (!place) continue
    // Not started for it: a run that was killed while it made its cluster left one without our roles.
    const cluster = await openCluster(dataDir, '')
    if (runningServer(cluster)) await stopServer(cluster)
    removePlace(place)
  }
  rmSync(folder, { recursive: true, force: true })
}

/** The folder that holds this data directory's cluster; null when there is none. */
export function placeOf(dataDir: string): string | null {
  try {
    return path.dirname(realpathSync(path.join(dataDir, 'pg')))
  } catch {
    return null
  }
}

/** A cluster outside its data directory does not go with it. */
export function removePlace(place: string | null): void {
  if (place?.startsWith(`${OUTSIDE}/`)) rmSync(place, { recursive: true, force: true })
}
