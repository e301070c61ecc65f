/** Whether a row with this unique value exists already. */
export const isTaken = (error: unknown): boolean => hasCode(error, ['P2002', '23505'])

/** Two changes collided; a second try lets one follow the other. */
export const hasMet = (error: unknown): boolean =>
  hasCode(error, ['P2002', 'P2034', '23505', '40001', '40P01'])

/** Whether a row that this one refers to was deleted meanwhile; a second try finds it gone. */
export const isGone = (error: unknown): boolean => hasCode(error, ['P2003', '23503'])

/** The client's or its driver's code, at any depth. */
function hasCode(error: unknown, codes: readonly string[]): boolean {
  for (let cause = error as Record<string, unknown> | undefined, depth = 0; cause && depth < 6; depth++) {
    if (codes.some((code) => cause?.code === code || cause?.originalCode === code)) return true
    const meta = cause.meta as Record<string, unknown> | undefined
    cause = (cause.cause ?? meta?.driverAdapterError) as typeof cause
  }
  return false
}
