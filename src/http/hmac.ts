import { hash } from 'node:crypto'

const BLOCK = 64
const DIGEST = 32

/**
 * HMAC-SHA256 (RFC 2104) under one key, in base64url. Made of one-shot hashes, because `createHmac` makes a
 * native object for each text, and collecting those costs several times the computation.
 * @param key at most 64 bytes
 * @returns the code of a text of one-byte characters
 */
export function hmacSha256(key: Buffer): (text: string) => string {
  const inner = padded(key, 0x36, 0)
  const outer = padded(key, 0x5c, DIGEST)
  return (text) => {
    const message = Buffer.allocUnsafe(BLOCK + text.length)
    inner.copy(message)
    message.write(text, BLOCK, 'latin1')
    outer.write(hash('sha256', message, 'binary'), BLOCK, 'latin1')
    return hash('sha256', outer, 'base64url')
  }
}

function padded(key: Buffer, byte: number, room: number): Buffer {
  const block = Buffer.alloc(BLOCK + room, byte)
  for (const [i, value] of key.entries()) block[i] = value ^ byte
  return block
}
