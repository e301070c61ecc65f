import type { Attack, Seen } from './attack'
import { actions } from './cases/actions'
import { bodies } from './cases/bodies'
import { connections } from './cases/connections'
import { races } from './cases/races'
import { strange } from './cases/strange'
import type { Stage } from './stage'

export const everyAttack: readonly Attack[] = [...actions, ...bodies, ...strange, ...connections, ...races]

/** An attack that throws has failed. */
export async function attempt({ run }: Attack, stage: Stage, short: boolean): Promise<Seen> {
  try {
    return await run(stage, short)
  } catch (error) {
    return { seen: error instanceof Error ? error.message : String(error), ok: false }
  }
}
