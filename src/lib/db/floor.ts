import { unavailable } from '../errors'
import { log } from '../log'
import { readDirectly, type Transaction } from './client'
import { RULES } from './rules'

/** How long a reading of the floor counts, in milliseconds: as long as an answer from memory may (G5). */
const FRESH_MS = 3_000

/** Both clocks: the monotonic one may stand still while the machine sleeps, the other may be set back. */
type Moment = { wall: number; monotonic: number }
export const thisMoment = (): Moment => ({ wall: Date.now(), monotonic: performance.now() })

/** The floor, as a part of any statement. */
export const NEEDED_RULES = `(SELECT coalesce(max("rules"), 0) FROM "RulesFloor")`

/**
 * What this process knows of the floor: the number of the rules that the database needs enforced. Each
 * heartbeat and each verification from the database brings it, so that reading it costs no statement of its
 * own. A process that enforces less serves nobody, until somebody lowers the floor again.
 */
class Floor {
  #needed = 0
  #read: Moment | null = null
  #doubted = -Infinity
  #said = false
  #reading: { since: number; done: Promise<void> } | null = null

  get needed(): number {
    return this.#needed
  }

  /** By the newest reading, however old. */
  isOutrun(): boolean {
    if (this.#needed <= RULES) return false
    this.#say()
    // Where no heartbeat comes, nobody else would notice that the floor was lowered.
    if (!this.isFresh()) this.read().catch(() => {})
    return true
  }

  isFresh(): boolean {
    if (!this.#read) return false
    const { wall, monotonic } = this.#read
    return Math.max(Date.now() - wall, performance.now() - monotonic) < FRESH_MS
  }

  /** @param asked before the statement that read it was sent */
  note(needed: number, asked: Moment): void {
    if (asked.monotonic < Math.max(this.#doubted, this.#read?.monotonic ?? -Infinity)) return
    this.#read = asked
    if (needed <= RULES && this.#said) {
      log.warn({ needed, enforced: RULES }, 'the floor of rules was lowered: this process serves again')
      this.#said = false
    }
    this.#needed = needed
  }

  /** The floor may have risen just now: what was read before no longer counts. */
  doubt(): void {
    this.#doubted = performance.now()
    this.#read = null
    this.read().catch(() => {})
  }

  /** Reads it. One statement serves everybody who waits, if it was sent after the last doubt. */
  read(): Promise<void> {
    if (this.#reading && this.#reading.since >= this.#doubted) return this.#reading.done
    const asked = thisMoment()
    const reading = { since: asked.monotonic, done: this.#ask(asked) }
    this.#reading = reading
    const over = () => {
      if (this.#reading === reading) this.#reading = null
    }
    reading.done.then(over, over)
    return reading.done
  }

  /** Only when somebody is refused: a start that is refused says so itself. */
  #say(): void {
    if (this.#said) return
    this.#said = true
    log.error(
      { needed: this.#needed, enforced: RULES },
      'the database needs rules that this release does not know: this process serves nobody',
    )
  }

  async #ask(asked: Moment): Promise<void> {
    const [row] = await readDirectly<{ needed: number }>('floor', `SELECT ${NEEDED_RULES} AS "needed"`, [])
    this.note(row?.needed ?? Infinity, asked)
  }
}

const shared = globalThis as typeof globalThis & { clubkeysFloor?: Floor }

/**
 * The one floor of this process. On `globalThis`, because the framework loads middleware and handlers as
 * separate module instances.
 */
export const floor = (): Floor => (shared.clubkeysFloor ??= new Floor())

/** @throws Refusal `unavailable` where the newest reading, however old, says that this process is outrun */
export function refuseOutrun(): void {
  if (floor().isOutrun()) throw unavailable()
}

/**
 * For what no statement verifies that also reads the floor. Not a promise if a heartbeat has just brought it.
 * @throws Refusal `unavailable` where the database needs rules that this release does not know
 */
export function requireRules(): void | Promise<void> {
  if (floor().isFresh()) return refuseOutrun()
  return floor().read().then(refuseOutrun)
}

/**
 * For a floor that came with an answer: both are from one moment, so that no answer is used that needs newer
 * rules.
 * @param asked before the statement was sent
 * @throws Refusal `unavailable`
 */
export function requireRulesOf({ needed }: { needed: number }, asked: Moment): void {
  floor().note(needed, asked)
  if (needed <= RULES) return
  refuseOutrun()
  // It has been lowered since, but what was read with it must not be used.
  throw unavailable()
}

/**
 * For what lasts longer than this request, such as a new key or sign-in. Call it after the locks on what it
 * is made from: nothing may be handed on from which this release would drop a restriction.
 * @throws Refusal `unavailable`
 */
export async function requireRulesWithin(tx: Transaction): Promise<void> {
  const asked = thisMoment()
  const [newest] = await tx.rulesFloor.findMany({
    orderBy: { rules: 'desc' },
    take: 1,
    select: { rules: true },
  })
  requireRulesOf({ needed: newest?.rules ?? 0 }, asked)
}
