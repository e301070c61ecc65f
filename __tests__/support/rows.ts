import { Client } from 'pg'

/** What every call writes, refused or not: when and how often a key was used; and what goes on after one. */
export const ASIDE = [
  // What is told and sent, soon after what it tells of.
  'Event',
  'WebhookDelivery',
  'ApiKeyUse',
  'ApiKeyPlace',
  'ApiKeyScopeUse',
  'ApiKeyUsage',
  'ApiKeyUsageDay',
  'ClubUsage',
  'OwnerUsage',
  'UsageFold',
  'UsageWriter',
  '_prisma_migrations',
]

export type Rows = {
  all: () => Promise<string[]>
  /** Those that name this club. */
  of: (clubId: string) => Promise<string[]>
  /** Every value of every column of every table, none left aside. */
  values: () => Promise<{ where: string; text: string }[]>
  query: Client['query']
}

/** Looks at the database as its owner: every row of every table, as text to compare. */
export function useRows(directUrl: () => string): Rows {
  let client: Client
  beforeAll(async () => {
    client = new Client(directUrl())
    client.on('error', () => {}) // The database may be dropped before we leave.
    await client.connect()
  })
  afterAll(async () => client.end().catch(() => {}))
  const all = async () =>
    (await client.query<{ row: string }>(await selectAll(client))).rows.map(({ row }) => row)
  return {
    all,
    of: async (clubId) => (await all()).filter((row) => row.includes(clubId)),
    values: () => everyValue(client),
    query: ((...given: Parameters<Client['query']>) => client.query(...given)) as Client['query'],
  }
}

async function everyValue(client: Client): Promise<{ where: string; text: string }[]> {
  const { rows: columns } = await client.query<{ table: string; column: string }>(
    `SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns WHERE table_schema NOT IN ('pg_catalog', 'information_schema')`,
  )
  const found = []
  for (const { table, column } of columns) {
    const { rows } = await client.query<{ value: unknown }>(`SELECT "${column}" AS value FROM "${table}"`)
    const asText = (value: unknown) =>
      Buffer.isBuffer(value) ? value.toString('latin1') : JSON.stringify(value)
    found.push(...rows.map(({ value }) => ({ where: `${table}.${column}`, text: asText(value) })))
  }
  return found
}

async function selectAll(client: Client): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND relname <> ALL ($1)`,
    [ASIDE],
  )
  const selects = rows.map(({ name }) => `SELECT '${name} ' || to_jsonb(t)::text AS row FROM "${name}" t`)
  return `${selects.join(' UNION ALL ')} ORDER BY 1`
}
