import { verifyDigest } from '../validate'
import type { Verification } from '../verification'
import { findUnused, mayBeFirstUse } from './first-use'

/** A key that waits for its first use, and whether this process would let it in at that. */
export type Unused = { verification: Verification; taken: boolean }

/**
 * What verifying a token would say at its first use, where only a bcrypt hash of it is known; the key is not
 * upgraded. null: no such key.
 */
export async function verifyUnused(token: string): Promise<Unused | null> {
  const source = await findUnused(token)
  if (!source) return null
  const verification = await verifyDigest(source.toString('latin1'), token, (lookUp) => lookUp())
  return { verification, taken: mayBeFirstUse(token) }
}
