import path from 'node:path'
import { userOf } from './address'
import { startEmbedded } from './embedded'
import { keepSecret } from './embedded/secrets'
import { assertSettings } from './look'
import { migrate } from './migrate'
import { openSession } from './session'

export type Provisioned = {
  /** The app's role. */
  databaseUrl: string
  /** The owner's. */
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
 */
export async function provision(env: Source, options: Options = {}): Promise<Provisioned> {
  return env.DATABASE_URL
    ? external(env.DATABASE_URL, env.DATABASE_DIRECT_URL || env.DATABASE_URL)
    : embedded(options)
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

async function external(databaseUrl: string, directUrl: string): Promise<Provisioned> {
  const { applied } = await migrate(directUrl, { appUser: userOf(databaseUrl) })
  await assertSettings(databaseUrl, 'DATABASE_URL')
  const warnings = await warningsAbout(databaseUrl)
  return {
    databaseUrl,
    directUrl,
    embedded: false,
    secrets: null,
    nextauthSecret: null,
    applied,
    warnings,
    stop: async () => {},
  }
}

/**
 * The database's own rules (append-only audit, final revocation) bind only a role that cannot change them.
 */
async function warningsAbout(databaseUrl: string): Promise<string[]> {
  const session = await openSession({ connectionString: databaseUrl, application_name: 'clubkeys start' })
  try {
    const { rows } = await session.query<{ name: string; superuser: boolean; owner: boolean }>(
      `SELECT current_user AS name, rolsuper AS superuser,
              EXISTS (SELECT 1 FROM pg_class WHERE oid = to_regclass('"ApiKey"') AND pg_has_role(relowner, 'USAGE')) AS owner
         FROM pg_roles WHERE rolname = current_user`,
    )
    const [role] = rows
    if (!role?.superuser && !role?.owner) return []
    const what = role.superuser ? 'is a superuser' : 'owns the tables'
    return [
      `The role "${role.name}" of DATABASE_URL ${what}, so the database's own rules do not bind the app. Give the app a role of its own and the owner's address to DATABASE_DIRECT_URL.`,
    ]
  } finally {
    await session.end().catch(() => {})
  }
}
