import type { Actor } from './actor'
import { settings } from './settings'

/** How long a count waits for its turn, in milliseconds: most of them take a few. */
const PATIENCE_MS = 300
/** The share of the connections that count at once: a rare filter over many rows holds one for long. */
const SHARE = 4

type Waiting = { who: string; begin: () => void }
type Turns = { busy: Set<string>; waiting: Set<Waiting> }

/** On `globalThis`: the framework loads modules more than once. */
const shared = globalThis as typeof globalThis & { clubkeysCountingTurns?: Turns }
const turns = () => (shared.clubkeysCountingTurns ??= { busy: new Set(), waiting: new Set() })

/**
 * Counts when it is this caller's turn: one count at a time for each person in a club, whatever their keys and
 * sign-ins, and few in all, so that counts leave the database's connections to everything else.
 * @returns null where there was no turn in time
 */
export async function inTurn<Result>(
  { clubId, userId }: Pick<Actor, 'clubId' | 'userId'>,
  count: () => Promise<Result>,
): Promise<Result | null> {
  const who = JSON.stringify([clubId, userId])
  if (!(await begun(who))) return null
  try {
    return await count()
  } finally {
    end(who)
  }
}

function begun(who: string): true | Promise<boolean> {
  const { busy, waiting } = turns()
  if (isFree(who)) {
    busy.add(who)
    return true
  }
  return new Promise((resolve) => {
    const answer = (begins: boolean) => {
      clearTimeout(timer)
      waiting.delete(one)
      if (begins) busy.add(who)
      resolve(begins)
    }
    const one: Waiting = { who, begin: () => answer(true) }
    const timer = setTimeout(() => answer(false), PATIENCE_MS)
    waiting.add(one)
  })
}

function isFree(who: string): boolean {
  const { busy } = turns()
  const most = Math.max(1, Math.floor(settings().db.poolSize / SHARE))
  return busy.size < most && !busy.has(who)
}

/** The next one is whoever has waited longest and may begin. */
function end(who: string): void {
  const { busy, waiting } = turns()
  busy.delete(who)
  for (const one of waiting) if (isFree(one.who)) return one.begin()
}
