import type { Attack, Seen } from './attack'
import { actions } from './cases/actions'
import { bodies } from './cases/bodies'
import { ceilings } from './cases/ceilings'
import { connections } from './cases/connections'
import { cursors } from './cases/cursors'
import { endings } from './cases/endings'
import { leaks } from './cases/leaks'
import { linkings } from './cases/linking'
import { headers } from './cases/headers'
import { json } from './cases/json'
import { lines } from './cases/lines'
import { many } from './cases/many'
import { names } from './cases/names'
import { oldSignIns } from './cases/old-sign-ins'
import { outages } from './cases/outage'
import { races } from './cases/races'
import { records } from './cases/record'
import { scopes } from './cases/scopes'
import { searches } from './cases/search'
import { stalled } from './cases/stalled'
import { strange } from './cases/strange'
import { wordings } from './cases/wording'
import type { Stage } from './stage'

/** The tests run one in so many of these. */
const oneIn = (count: number, attacks: readonly Attack[]): Attack[] =>
  attacks.map((attack, i) => (i % count === 0 ? attack : { ...attack, long: true }))

export const everyAttack: readonly Attack[] = [
  ...actions,
  ...bodies,
  ...strange,
  ...connections,
  ...races,
  ...oneIn(5, endings),
  ...oneIn(2, leaks),
  ...oneIn(3, linkings),
  ...oneIn(5, stalled),
  ...oneIn(2, lines),
  ...oneIn(3, ceilings),
  ...oneIn(2, oldSignIns),
  ...oneIn(2, names),
  ...oneIn(2, json),
  ...oneIn(2, searches),
  ...wordings,
  ...oneIn(2, scopes),
  ...oneIn(3, cursors),
  ...oneIn(2, headers),
  ...oneIn(3, many),
  ...oneIn(2, records),
  ...outages,
]

/** An attack that throws has failed. */
export async function attempt({ run }: Attack, stage: Stage, short: boolean): Promise<Seen> {
  try {
    return await run(stage, short)
  } catch (error) {
    return { seen: error instanceof Error ? error.message : String(error), ok: false }
  }
}
