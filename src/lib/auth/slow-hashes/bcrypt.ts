import { createHmac } from 'node:crypto'

/** What this server is ready to compute for a guess: some 200 ms at most. */
const BCRYPT = /^\$2[aby]\$(?:0[4-9]|1[0-2])\$[./A-Za-z0-9]{53}$/
/** bcrypt reads no further: tokens that differ behind it would be one. */
export const LONGEST_FOR_BCRYPT = 72

export const isBcrypt = (hash: string): boolean => BCRYPT.test(hash)

/** Stands for the digest of a token that nobody knows yet; no text has it, so that no token does. */
export const sourceOf = (hash: string): Buffer<ArrayBuffer> =>
  createHmac('sha256', 'clubkeys: a bcrypt hash').update(hash).digest()

/** Off the event loop. The package is there for this alone, and loaded for this alone. */
export async function matches(token: string, hash: string): Promise<boolean> {
  const { verify } = await import('@node-rs/bcrypt')
  return verify(token, hash)
}
