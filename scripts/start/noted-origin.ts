import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

// `npm start` may serve on another port: it leaves a note beside its database, for the links that commands print.

const noteBeside = (secrets: string) => path.join(secrets, '..', 'origin')

/** @param secrets where the embedded database's secrets are kept */
export const noteOrigin = (secrets: string, origin: string): void =>
  writeFileSync(noteBeside(secrets), `${origin}\n`)

/** Where the app serves, or served last; null where no start has left a note. */
export function notedOrigin(secrets: string): string | null {
  try {
    const { protocol, origin } = new URL(readFileSync(noteBeside(secrets), 'utf8').trim())
    return /^https?:$/.test(protocol) ? origin : null
  } catch {
    return null
  }
}
