import { apiKey } from '@better-auth/api-key'
import { betterAuth } from 'better-auth'
import { Pool } from 'pg'
import type { Prepare } from '../support/subject'

const KEYS = 1_000

/**
 * Better Auth's api-key plugin, its rate limit and telemetry off, its tables in a database of their own on
 * the same server.
 */
export const prepare: Prepare = async ({ databaseUrl }) => {
  const auth = betterAuth({
    database: new Pool({ connectionString: databaseUrl, max: 20 }),
    secret: 'for-benchmarks-only-for-benchmarks-only',
    baseURL: 'http://localhost',
    emailAndPassword: { enabled: true },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
    plugins: [apiKey({ rateLimit: { enabled: false } })],
  })
  const context = await auth.$context
  await context.runMigrations()
  const { user } = await auth.api.signUpEmail({
    body: { email: 'bench@bench.test', name: 'Bench', password: 'for-benchmarks-only' },
  })
  const made = Array.from({ length: KEYS }, (_, i) =>
    auth.api.createApiKey({ body: { userId: user.id, name: `key ${i}` } }),
  )
  const tokens = (await Promise.all(made)).map(({ key }) => key)
  return { verify: async (key) => (await auth.api.verifyApiKey({ body: { key } })).valid, tokens }
}
