import { BlockList, isIP } from 'node:net'
import { env } from '@/lib/env'
import { receivedOf } from './incoming'

let trusted: BlockList | undefined

/**
 * The client's address: the socket's, or, when that is a trusted proxy (`TRUSTED_PROXIES`), the first one in
 * `X-Forwarded-For`, read from the right, that is not. null when it cannot be known for certain.
 * @param received the message that `request` was made of, from whoever knows it already
 */
export function clientAddress(request: Request, received = receivedOf(request)): string | null {
  let address = plain(received?.address ?? '')
  if (env().TRUSTED_PROXIES.length === 0) return address
  const forwarded = request.headers.get('x-forwarded-for')?.split(',') ?? []
  while (address !== null && isTrusted(address) && forwarded.length > 0)
    address = plain(forwarded.pop() ?? '')
  return address
}

/** An IPv4 address that came mapped into IPv6 is the IPv4 address. Anything that is no address is null. */
function plain(text: string): string | null {
  const address = text.trim().replace(/^::ffff:(?=\d+\.)/i, '')
  return isIP(address) === 0 ? null : address
}

function isTrusted(address: string): boolean {
  trusted ??= blockList(env().TRUSTED_PROXIES)
  return trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits] = range.split('/')
    list.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4')
  }
  return list
}
