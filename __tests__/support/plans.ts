import { Client } from 'pg'

type Plan = {
  'Node Type': string
  'Relation Name'?: string
  'Plan Rows': number
  Plans?: Plan[]
}
type Asked = { text: string; values?: unknown[] }

/** How the database would run the statements that `run` reads with: every node of every plan. */
export async function plansOf(directUrl: string, run: () => Promise<unknown>): Promise<Plan[]> {
  const asked = await statementsOf(run)
  const client = new Client(directUrl)
  await client.connect()
  try {
    const nodes: Plan[] = []
    for (const { text, values = [] } of asked) {
      if (!/^\s*SELECT/i.test(text)) continue
      const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>({
        text: `EXPLAIN (FORMAT JSON) ${text}`,
        values,
      })
      nodes.push(...rows.flatMap((row) => nodesOf(row['QUERY PLAN'][0].Plan)))
    }
    return nodes
  } finally {
    await client.end()
  }
}

/**
 * The SQL that the client really sends: it writes that itself, and another release may write it differently.
 */
async function statementsOf(run: () => Promise<unknown>): Promise<Asked[]> {
  const asked: Asked[] = []
  const spy = jest.spyOn(Client.prototype, 'query')
  try {
    await run()
    for (const [first, values] of spy.mock.calls as unknown as [Asked | string, unknown[] | undefined][])
      asked.push(
        typeof first === 'string'
          ? { text: first, ...(values && { values }) }
          : { text: first.text, values: first.values ?? values ?? [] },
      )
  } finally {
    spy.mockRestore()
  }
  return asked
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]

/** What makes a page slow if there are many rows: a whole table read, or many rows sorted. */
export const dearNodes = (plans: Plan[], tables: readonly string[]): string[] =>
  plans.flatMap((node) => {
    if (node['Node Type'] === 'Seq Scan' && tables.includes(node['Relation Name'] ?? ''))
      return [`reads all of ${node['Relation Name'] ?? ''}`]
    return /Sort$/.test(node['Node Type']) && node['Plan Rows'] > 1_000
      ? [`sorts ${node['Plan Rows']} rows`]
      : []
  })
