/**
 * For counts that end at a bound. Without an order, the client has all rows sorted by their id before the
 * first is counted; they are all of one club, so that this order sorts nothing.
 */
export const IN_ANY_ORDER = { clubId: 'asc' } as const
