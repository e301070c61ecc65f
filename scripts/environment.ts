import { existsSync } from 'node:fs'
import type { Provisioned } from '@/lib/db/provision'

/** The nearer file first: what is set already wins, as it does in the framework. */
const FILES = ['.env.local', '.env']

/** Takes over what the `.env` files say. */
export function readEnvFiles(): void {
  for (const file of FILES) if (existsSync(file)) process.loadEnvFile(file)
}

/** What the app needs to know of the database, and the session secret that was made with it. */
export function databaseEnvironment({ databaseUrl, directUrl, nextauthSecret }: Provisioned): Record<string, string> {
  const secret = process.env.NEXTAUTH_SECRET || nextauthSecret
  return { DATABASE_URL: databaseUrl, DATABASE_DIRECT_URL: directUrl, ...(secret && { NEXTAUTH_SECRET: secret }) }
}
