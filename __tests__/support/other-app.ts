import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { useServer, type Server } from './server'

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

export const buildOtherApp = (): void => buildApp(OTHER_APP)

function buildApp(folder: string): void {
  const script = path.resolve(__dirname, 'build-app.mts')
  const { status, stderr } = spawnSync(process.execPath, [script, folder], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
}
