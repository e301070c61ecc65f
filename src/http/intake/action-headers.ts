/** Names the action that a POST to a page calls. */
export const ACTION_HEADER = 'next-action'
/** Says that the framework has passed an action on, from itself to itself. */
export const FORWARDED_HEADER = 'x-action-forwarded'
