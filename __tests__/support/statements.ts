import { Client } from 'pg'

/**
 * How many statements the app's role ran on this database while `run` ran, by the server's own
 * `pg_stat_statements`. Those of a transaction that was undone count.
 * @param like which of them, as LIKE has it
 */
export async function countStatements(
  directUrl: string,
  run: () => Promise<unknown>,
  like = '%',
): Promise<number> {
  const client = new Client(directUrl)
  await client.connect()
  try {
    await client.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements')
    const before = await total(client, like)
    await run()
    return (await total(client, like)) - before
  } finally {
    await client.end()
  }
}

async function total(client: Client, like: string): Promise<number> {
  const { rows } = await client.query<{ calls: string }>(
    `
    SELECT coalesce(sum(s.calls), 0) AS calls FROM pg_stat_statements s
    WHERE s.toplevel AND s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND s.userid <> (SELECT oid FROM pg_roles WHERE rolname = current_user) AND s.query LIKE $1`,
    [like],
  )
  return Number(rows[0]?.calls)
}
