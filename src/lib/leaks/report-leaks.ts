import type { Actor } from '../actor'
import { findByTokens, type FoundToken } from './find-by-tokens'
import { endLeaked } from './end-leaked'
import { saidOf, type Leak } from './said'

/** Who reports. */
export type Finder = {
  /** What the notice calls them, in our own words. */
  label: string
  /** Who acts in the club of a key that was found, with the right to revoke it. */
  actorIn: (clubId: string) => Actor
  /** Only keys of this club. */
  clubId?: string
}

/** For each leak in turn: the key whose token it is, or was, and whether this report did something to it. */
export type LeakOutcome = { keyId: string | null; acted: boolean }

/** How long one report goes on with what leaked keys made before it is answered, in milliseconds. */
const PATIENCE_MS = 2_000

/**
 * Takes tokens that were found where others can read them, and does to their keys what each club's policy
 * says. Dead, unknown and malformed tokens change nothing and leave no trace; of a key that was reported
 * within a day, nor does a second report. Imported tokens count as all others; but one of which only a bcrypt
 * hash is known is not looked for, since a stranger would make this server compute. One lookup for all.
 * @param patienceMs how long to go on with descendants before the answer; the sweep ends the rest
 * @throws Refusal `unavailable`
 */
export async function reportLeaks(
  leaks: readonly Leak[],
  finder: Finder,
  patienceMs = PATIENCE_MS,
): Promise<LeakOutcome[]> {
  const until = Date.now() + patienceMs
  const tokens = leaks.map(({ token }) => token)
  const found = await findByTokens(tokens, finder.clubId)
  const acted = new Map<FoundToken, boolean>()
  for (const leak of leaks) {
    const key = found.get(leak.token)
    if (!key?.isLive || acted.has(key)) continue
    const { label, actorIn } = finder
    const report = { label, ...saidOf(leak, tokens), until }
    acted.set(key, await endLeaked(actorIn(key.clubId), key.id, report))
  }
  return tokens.map((token) => {
    const key = found.get(token)
    return { keyId: key?.id ?? null, acted: key !== undefined && acted.get(key) === true }
  })
}
