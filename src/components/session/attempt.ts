/**
 * Under one attempt the server does a thing once, however often it is sent. Nobody can guess it: it opens the
 * answer. `randomUUID` is not there on a page without https.
 */
export const newAttempt = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  )
