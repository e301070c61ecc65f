import { importedInUse } from '@/lib/auth/imported-in-use'
import { actorFor } from './club'
import { options, print } from './command'

export const IMPORTED_USAGE =
  '  imported                                         how many imported keys are live, and were used in the last 30 days'

/** Whether the keys of an older system can go. */
export async function showImported(args: string[]): Promise<void> {
  const given = options(args, { club: { type: 'string' }, json: { type: 'boolean' } })
  const { imported, used, days, atMost } = await importedInUse(await actorFor(given.club))
  const told = (count: number) => (count >= atMost ? `${atMost} or more` : String(count))
  const which = imported === 1 ? 'imported key was' : 'imported keys were'
  print(
    given.json,
    { imported, used, days },
    `${told(used)} of ${told(imported)} ${which} used in the last ${days} days.`,
  )
}
