/** The face of the key layer: everything that makes, checks or ends an API key goes through one of these. */
export { createApiKey } from './create-api-key'
export { validateApiKey } from './validate'
export { getApiKey, listApiKeys } from './read-api-keys'
export { deleteApiKey, updateApiKey } from './change-api-key'
export { rotateApiKey } from './rotate-api-key'
export { revokeApiKey } from './revoke-api-key'
export type { Refused, Verification, VerifiedKey } from './verification'
