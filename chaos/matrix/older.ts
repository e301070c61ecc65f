import { prepareInstallation, startCluster } from '../../__tests__/support/cluster'
import { fetchRelease } from '../stage/releases'
import { SECRET, type Checkout } from './host'

/** Releases that are older than what we work with. */
const OLDER = [13, 14] as const

export type OlderFacts = { release: number; said: string; code: number | null; seconds: number }

/** What `npm start` says of servers that are too old. @param folder for their programs */
export async function startOnOlder(checkout: Checkout, folder: string): Promise<OlderFacts[]> {
  const facts: OlderFacts[] = []
  for (const release of OLDER) {
    const cluster = await startCluster(fetchRelease(release, folder))
    try {
      const { web, database } = await prepareInstallation(cluster, 'older')
      const env = { NEXTAUTH_SECRET: SECRET, DATABASE_URL: cluster.url(web, database) }
      const command = checkout.run('scripts/start.ts', env)
      const code = await command.ended
      facts.push({ release, said: command.output().trim(), code, seconds: command.tookMs() / 1_000 })
    } finally {
      await cluster.stop()
    }
  }
  return facts
}

export const brokenOlder = (facts: readonly OlderFacts[]): string[] =>
  facts
    .filter(
      ({ release, said, code, seconds }) =>
        code !== 1 ||
        seconds > 5 ||
        said !== `DATABASE_URL leads to Postgres ${release}, and this needs 15 or newer.`,
    )
    .map(({ release, said, seconds }) => `Postgres ${release}, after ${seconds.toFixed(1)} s: ${said}`)
