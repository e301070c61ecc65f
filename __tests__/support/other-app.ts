import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { freePort, startServer, useServer, type Server } from './server'

export const OTHER_APP = path.resolve(__dirname, '../fixtures/other-app')
const BUILD_PATIENCE_MS = 180_000

/**
 * A server of the Next.js app in fixtures/other-app, which uses the product's door as a stranger would; built
 * when it is stale. Its `/outside` and, for prefetches, its `/api` have no middleware; `/api/echo`, `/inside`
 * and `/outside` tell what reached them.
 */
export function useOtherApp(
  databaseUrl: () => string,
  env: Record<string, string> = {},
  mode?: 'standalone' | 'dev',
): () => Server {
  beforeAll(() => buildApp(OTHER_APP), BUILD_PATIENCE_MS)
  return useServer(databaseUrl, { folder: OTHER_APP, env, ...(mode && { mode }) })
}

/**
 * A server of the Next.js app in fixtures/host-app, which has a base path, an own proxy, sessions and pages,
 * and takes the key layer in.
 * @param custom whether it runs a server of its own instead of the framework's
 */
export function useHostApp(
  databaseUrl: () => string,
  env: Record<string, string> = {},
  { custom = false } = {},
): () => Server {
  beforeAll(() => buildApp(HOST_APP), BUILD_PATIENCE_MS)
  return useServer(databaseUrl, {
    folder: HOST_APP,
    env,
    alive: '/shop/page-of-host/',
    ...(custom && { program: path.join(HOST_APP, 'server.mjs') }),
  })
}
const HOST_APP = path.resolve(__dirname, '../../fixtures/host-app')

/** A server of the app in fixtures/sign-ins, whose people sign in by the library that `SIGN_INS` names. */
export function useSignIns(database: Database, env: () => Record<string, string>): () => Server {
  let server: Server
  beforeAll(async () => {
    buildApp(SIGN_INS)
    const [port, given] = [await freePort(), env()]
    server = await startServer({
      databaseUrl: database.url(),
      folder: SIGN_INS,
      port,
      env: { SHOP_URL: `http://localhost:${port}`, SHOP_DATABASE_URL: database.directUrl(), ...given },
      alive: '/page-of-host',
    })
  }, BUILD_PATIENCE_MS)
  afterAll(async () => server.stop())
  return () => server
}
type Database = { url: () => string; directUrl: () => string }
const SIGN_INS = path.resolve(__dirname, '../../fixtures/sign-ins/app')

export const buildOtherApp = (): void => buildApp(OTHER_APP)

function buildApp(folder: string): void {
  const script = path.resolve(__dirname, 'build-app.mts')
  const { status, stderr } = spawnSync(process.execPath, [script, folder], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
}
