import path from 'node:path'
import { asRoleOf, userOf } from './address'
import { startEmbedded } from './embedded'
import { keepSecret } from './embedded/secrets'
import { assertSettings } from './look'
import { migrate } from './migrate'
import { USUAL_POOL_SIZE } from '../settings'
import { assertAddresses, migrateAsOwner } from './migrate-as-owner'
import { assertServable } from './servable'

export type Provisioned = {
  /** The app's role. */
  databaseUrl: string
  /** The app's role again, past any pooler; the owner's with an embedded database. */
  directUrl: string
  embedded: boolean
  /** Where the embedded database's secrets are kept; null with a database of your own. */
  secrets: string | null
  /** Made for the embedded database, kept beside it. With a database of your own you set NEXTAUTH_SECRET. */
  nextauthSecret: string | null
  /** Names of the migrations that were applied just now. */
  applied: string[]
  /** For the operator; they stop nothing. */
  warnings: string[]
  /** Gives up this process's share of the embedded database. */
  stop: () => Promise<void>
}

type Source = { readonly [name: string]: string | undefined }
type Options = { dataDir?: string; log?: (line: string) => void }

/**
 * The migrated database this environment asks for: the one of DATABASE_URL, else an embedded one in `.data/`.
 * Changes nothing of this process: the caller passes the addresses on.
 * @throws DatabaseRefusal, MigrationError: in a sentence for the operator
 */
export async function provision(env: Source, options: Options = {}): Promise<Provisioned> {
  const { DATABASE_URL: url, DATABASE_DIRECT_URL: direct } = env
  if (!url) return embedded(options)
  assertAddresses({ DATABASE_URL: url, ...(direct && { DATABASE_DIRECT_URL: direct }) })
  return external(url, direct || null, Number(env.DATABASE_POOL_SIZE) || USUAL_POOL_SIZE)
}

async function embedded({
  dataDir = path.resolve('.data'),
  log = (line) => process.stderr.write(`${line}\n`),
}: Options): Promise<Provisioned> {
  const postgres = await startEmbedded(dataDir, { log })
  try {
    const { applied } = await migrate(postgres.directUrl, { appUser: userOf(postgres.url) })
    const secrets = path.join(dataDir, 'secrets')
    const nextauthSecret = keepSecret(secrets, 'nextauth')
    return {
      databaseUrl: postgres.url,
      directUrl: postgres.directUrl,
      embedded: true,
      secrets,
      nextauthSecret,
      applied,
      warnings: [],
      stop: postgres.stop,
    }
  } catch (error) {
    await postgres.stop()
    throw error
  }
}

async function external(
  databaseUrl: string,
  directUrl: string | null,
  poolSize: number,
): Promise<Provisioned> {
  const [migrator, variable] = directUrl
    ? ([directUrl, 'DATABASE_DIRECT_URL'] as const)
    : ([databaseUrl, 'DATABASE_URL'] as const)
  const applied = await migrateAsOwner(migrator, variable, userOf(databaseUrl))
  await assertSettings(databaseUrl, 'DATABASE_URL')
  return {
    databaseUrl,
    // The owner's password goes no further than here.
    directUrl: directUrl ? asRoleOf(directUrl, databaseUrl) : databaseUrl,
    embedded: false,
    secrets: null,
    nextauthSecret: null,
    applied: applied ?? [],
    warnings: await assertServable(databaseUrl, poolSize),
    stop: async () => {},
  }
}
