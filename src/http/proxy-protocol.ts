import { log } from '@/lib/log'

/**
 * How a connection begins on which a proxy first says who its client is (HAProxy's PROXY protocol, 1 and 2).
 */
const BEGINNINGS = [Buffer.from('PROXY '), Buffer.from('\r\n\r\n\0\r\nQUIT\n')]
let told = false

/**
 * Says in the log, once, that a proxy speaks the PROXY protocol: its connections all end with 400, and nobody
 * who sees that would guess why.
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
