import { Client } from 'pg'

/**
 * How often a key was looked up in this database while `run` ran; what is written meanwhile, such as last
 * uses, does not count.
 */
export async function countLookups(directUrl: string, run: () => Promise<unknown>): Promise<number> {
  const client = new Client(directUrl)
  await client.connect()
  try {
    await client.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements')
    const before = await lookups(client)
    await run()
    return (await lookups(client)) - before
  } finally {
    await client.end()
  }
}

async function lookups(client: Client): Promise<number> {
  const { rows } = await client.query<{ calls: string }>(`
    SELECT coalesce(sum(calls), 0) AS calls FROM pg_stat_statements
    WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND query LIKE 'SELECT%"ApiKey"%"digest" = $%'`)
  return Number(rows[0]?.calls)
}
