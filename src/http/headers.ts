export const CONTEXT_HEADER = 'x-api-key-context'
export const CLUB_HEADER = 'x-api-key-club-id'
export const USER_HEADER = 'x-api-key-user-id'
export const AUTH_TYPE_HEADER = 'x-auth-type'
/** Headers that carry identity inward. Whatever a client sends under these names is deleted. */
export const IDENTITY_HEADERS = [CLUB_HEADER, USER_HEADER, CONTEXT_HEADER, AUTH_TYPE_HEADER] as const

/** Names one of the caller's own clubs; counts only with a session. */
export const CLUB_NAME_HEADER = 'x-club'
export const REQUEST_ID_HEADER = 'x-request-id'
/** Of a POST: the same one gets the first answer again. */
export const IDEMPOTENCY_HEADER = 'idempotency-key'
export const REPLAYED_HEADER = 'idempotent-replayed'
/** The path of a page as it was asked for. The middleware writes it. */
export const PATH_HEADER = 'x-clubkeys-path'
