import { chownSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { startEmbedded } from '@/lib/db/embedded'
import { openCluster } from '@/lib/db/embedded/cluster'
import { runningServer, startServer, stopServer } from '@/lib/db/embedded/server'
import { removePlace, placeOf, temporaryFolder } from './temporary'

/** A hot standby: it answers questions and takes neither a change nor a LISTEN. */
export async function startStandby(): Promise<{ directUrl: string; stop: () => Promise<void> }> {
  const folder = temporaryFolder()
  const first = await startEmbedded(folder)
  await first.stop()
  const cluster = await openCluster(folder, '')
  const signal = path.join(cluster.folder, 'standby.signal')
  writeFileSync(signal, '')
  const { uid, gid } = statSync(cluster.folder)
  chownSync(signal, uid, gid)
  while (!runningServer(cluster)?.ready) await startServer(cluster)
  return {
    directUrl: first.directUrl,
    stop: async () => {
      await stopServer(cluster)
      removePlace(placeOf(folder))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
