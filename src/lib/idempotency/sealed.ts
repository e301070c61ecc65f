import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

const SALT_BYTES = 16
const IV_BYTES = 12
const TAG_BYTES = 16

/**
 * Seals a text (AES-256-GCM) under a key of its own, derived (HKDF-SHA256) from what only its reader holds.
 * @param bound what it belongs to: it opens nowhere else
 */
export function sealUnder(held: string, bound: Buffer, text: string): Buffer {
  const salt = randomBytes(SALT_BYTES)
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', keyOf(held, salt), iv).setAAD(bound)
  return Buffer.concat([salt, iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
}

/** @returns null for what was not sealed under this, or for something else */
export function unsealUnder(held: string, bound: Buffer, sealed: Uint8Array): string | null {
  const bytes = Buffer.from(sealed)
  const [salt, iv] = [bytes.subarray(0, SALT_BYTES), bytes.subarray(SALT_BYTES, SALT_BYTES + IV_BYTES)]
  try {
    const decipher = createDecipheriv('aes-256-gcm', keyOf(held, salt), iv, { authTagLength: TAG_BYTES })
    decipher.setAAD(bound).setAuthTag(bytes.subarray(-TAG_BYTES))
    const text = bytes.subarray(SALT_BYTES + IV_BYTES, -TAG_BYTES)
    return decipher.update(text, undefined, 'utf8') + decipher.final('utf8')
  } catch {
    return null
  }
}

const keyOf = (held: string, salt: Buffer): Buffer =>
  Buffer.from(hkdfSync('sha256', held, salt, 'clubkeys first answer', 32))
