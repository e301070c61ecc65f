import { existsSync } from 'node:fs'
import type { Provisioned } from '@/lib/db/provision'

/** The nearer file first: what is set already wins, as it does in the framework. */
const FILES = ['.env.local', '.env']

/** Takes over what the `.env` files say. */
export function readEnvFiles(): void {
  for (const file of FILES) if (existsSync(file)) process.loadEnvFile(file)
}

/** What the app needs to know of the database, and the session secret that was made with it. */
export function databaseEnvironment({
  databaseUrl,
  directUrl,
  embedded,
  nextauthSecret,
}: Provisioned): Record<string, string> {
  const secret = process.env.NEXTAUTH_SECRET || nextauthSecret
  // The embedded server has no pooler to get past, so the app need not hold the owner's password.
  const direct = embedded ? {} : { DATABASE_DIRECT_URL: directUrl }
  return { DATABASE_URL: databaseUrl, ...direct, ...(secret && { NEXTAUTH_SECRET: secret }) }
}
