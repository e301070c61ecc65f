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
  beforeAll(buildOtherApp, BUILD_PATIENCE_MS)
  return useServer(databaseUrl, { folder: OTHER_APP, env, ...(mode && { mode }) })
}

export function buildOtherApp(): void {
  const script = path.resolve(__dirname, 'build-other-app.mts')
  const { status, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
}
