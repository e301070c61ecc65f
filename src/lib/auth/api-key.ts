/** The face of the key layer: everything that makes, checks or ends an API key goes through one of these. */
export { createApiKey } from './create-api-key'
export { validateApiKey } from './validate'
export { getApiKey, listApiKeys } from './read-api-keys'
export { deleteApiKey, revokeApiKey, updateApiKey } from './change-api-key'
export type { Refused, Verification, VerifiedKey } from './verification'
