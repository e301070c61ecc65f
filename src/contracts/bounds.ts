// Numbers that pages say, too: apart from the schemas, so that these stay out of the browser.

/** How many keys one call revokes at most: all of them in one transaction, held until its end. */
export const MAX_REVOKED_AT_ONCE = 1000

/** How many keys are counted for somebody who asks how many there are; beyond, it is at least one more. */
export const MAX_COUNTED = 10_001

/** How many keys an answer names that is no list to be read page by page. */
export const MAX_TOLD = 1000

/** How many of the keys that an act would affect are shown before it. */
export const MAX_AFFECTED_SHOWN = 100

/** The longest life a club can let its keys have: ten years. */
export const MAX_KEY_DAYS = 3660

/** The most calls that a limit can allow in its window. */
export const MAX_RATE = 1_000_000

/** How many live keys a club can let one member have. */
export const MAX_KEYS_PER_MEMBER = 10_000
