/** What was to be written is there already. */
export const isTaken = (error: unknown): boolean => hasCode(error, ['P2002', '23505'])

/** Two changes met, and doing it again lets one follow the other. */
export const hasMet = (error: unknown): boolean =>
  hasCode(error, ['P2002', 'P2034', '23505', '40001', '40P01'])

/** As the client or its driver says it, at whatever depth. */
function hasCode(error: unknown, codes: readonly string[]): boolean {
  for (let cause = error as Record<string, unknown> | undefined, depth = 0; cause && depth < 6; depth++) {
    if (codes.some((code) => cause?.code === code || cause?.originalCode === code)) return true
    const meta = cause.meta as Record<string, unknown> | undefined
    cause = (cause.cause ?? meta?.driverAdapterError) as typeof cause
  }
  return false
}
