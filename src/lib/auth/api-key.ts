/**
 * The face of the key layer. Only `members/hand-over.ts` makes keys besides, and only the end of a
 * membership, in the database, ends them.
 */
export { createApiKey } from './create-api-key'
export { createHoneykey } from './create-honeykey'
export { validateApiKey } from './validate'
export { introspectToken } from './introspect-token'
export { getApiKey } from './get-api-key'
export { countByStatus } from './count-api-keys'
export { countTowardsMost } from './count-towards-most'
export { listApiKeys } from './list-api-keys'
export { exportApiKeys } from './export-api-keys'
export { updateApiKey } from './update-api-key'
export { deleteApiKey } from './delete-api-key'
export { rotateApiKey } from './rotate-api-key'
export { countDescendants, nearestDescendants } from './descendants'
export { revokeApiKey } from './revoke-api-key'
export { revokeOwnKey } from './revoke-own-key'
export { findRevocable } from './find-revocable'
export { revokeApiKeys } from './revoke-api-keys'
