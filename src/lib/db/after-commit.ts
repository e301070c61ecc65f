type Act = () => void
type Work<Tx extends object, Result> = (tx: Tx) => Promise<Result>
type Transact = <Result>(work: Work<object, Result>, options?: object) => Promise<Result>

/** On `globalThis`: the framework loads modules more than once. */
const shared = globalThis as typeof globalThis & { clubkeysAfterCommit?: WeakMap<object, Set<Act>> }
const pending = () => (shared.clubkeysAfterCommit ??= new WeakMap())

/**
 * Has something done in this process once a transaction of `db()` has committed, and never if it does not.
 * @param act asked for twice in one transaction, it is done once; it does not throw
 */
export const afterCommit = (tx: object, act: Act): void => void pending().get(tx)?.add(act)

/** `$transaction` of a client, which does what its work asked for by {@link afterCommit}. */
export function doingAfterCommit(transact: Transact): Transact {
  return async (work, options) => {
    const acts = new Set<Act>()
    const result = await transact((tx) => {
      pending().set(tx, acts)
      return work(tx)
    }, options)
    for (const act of acts) act()
    return result
  }
}
