import { hash, verify } from '@node-rs/argon2'

/**
 * OWASP's minimum for argon2id (19 MiB, 2 passes, 1 lane), which are also the library's defaults; stated so
 * that they cannot drift.
 */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** argon2id (RFC 9106) as a PHC string. */
export const hashPassword = (password: string): Promise<string> => hash(password, COST)

/**
 * The hash of a password that nobody knows. Where there is no account, this is verified, so that the time
 * taken does not tell.
 */
let decoy: Promise<string> | undefined

/** @param stored null for an account without a password, or no account: costs the same and is false */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  decoy ??= hashPassword(crypto.randomUUID())
  const matches = await verify(stored ?? (await decoy), password)
  return stored !== null && matches
}
