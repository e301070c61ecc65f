import { Client } from 'pg'

/**
 * The schema that an address names (`?schema=clubs`), as Prisma's addresses do: tables are made there and
 * looked up there, and nowhere else.
 */
export function schemaOf(url: string): string {
  return queryOf(url).get('schema') || 'public'
}

/** The role that an address logs in as, by the driver's own reading. */
export function userOf(url: string): string | undefined {
  return new Client({ connectionString: url }).user || undefined
}

/** Of an address that the driver may take and `URL` not, such as one without a host. */
function queryOf(url: string): URLSearchParams {
  return new URLSearchParams(url.split('?').slice(1).join('?'))
}
