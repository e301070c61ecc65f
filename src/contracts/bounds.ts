// Numbers that pages show, too. They stand apart from the schemas, which stay out of the browser.

/** How many keys one call revokes at most: all of them in one transaction, held until its end. */
export const MAX_REVOKED_AT_ONCE = 1000

/** How far keys are counted. An answer with this number means "so many or more". */
export const MAX_COUNTED = 10_001

/** How many keys an answer names that has no pages. */
export const MAX_TOLD = 1000

/** How many affected keys are shown before an act is confirmed. */
export const MAX_AFFECTED_SHOWN = 100

/** The longest life a club can let its keys have: ten years. */
export const MAX_KEY_DAYS = 3660

/** The most calls that a limit can allow in its window. */
export const MAX_RATE = 1_000_000

/** How many live keys a club can let one member have. */
export const MAX_KEYS_PER_MEMBER = 10_000

/** How many webhooks a club can have. */
export const MAX_ENDPOINTS = 10

/** How many events one call sends again. */
export const MAX_REPLAYED = 10_000
