import type { Action } from '@/contracts/permissions'
import type { Actor } from '../actor'
import { db } from '../db/client'
import { notFound } from '../errors'
import { accessible, type ModelName } from '../permissions/ability'

type Table = { count: (args: { where: object }) => Promise<number> } | undefined

/**
 * An answer shows its row as it was. Whoever lost sight of that row since does not see it in this way.
 * @param can what the operation does, to rows of which model
 * @throws Refusal `not_found`, as for any row that is out of reach or gone
 */
export async function requireReachable(
  actor: Actor,
  [action, model]: readonly [action: Action, model: string],
  id: string,
): Promise<void> {
  const name = model as ModelName
  const tables = db() as unknown as Record<string, Table>
  const table = tables[model.charAt(0).toLowerCase() + model.slice(1)]
  // One after the other: within an OR, Prisma takes a filter that matches nothing for the whole of it.
  for (const reached of [accessible(actor, 'read', name), accessible(actor, action, name)])
    if (table && (await table.count({ where: { AND: [reached, { id }] } })) > 0) return
  throw notFound()
}
