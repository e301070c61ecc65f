import { log } from '@/lib/log'

/**
 * A connection begins like this if a proxy first says who its client is (HAProxy's PROXY protocol, 1 and 2).
 */
const BEGINNINGS = [Buffer.from('PROXY '), Buffer.from('\r\n\r\n\0\r\nQUIT\n')]
let told = false

/**
 * Logs once that a proxy speaks the PROXY protocol: all its connections end with 400, and nobody could guess
 * why.
 * @param error of Node's parser
 */
export function noteProxyProtocol(error: unknown): void {
  const { rawPacket } = error as { rawPacket?: Buffer }
  if (told || !rawPacket || !BEGINNINGS.some((bytes) => rawPacket.subarray(0, bytes.length).equals(bytes)))
    return
  told = true
  log.warn(
    'a proxy speaks the PROXY protocol, which is not understood here: have it send X-Forwarded-For instead',
  )
}
