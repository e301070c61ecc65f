import { isIP } from 'node:net'

/**
 * The network that an address counts for. An IPv6 network of 64 bits belongs to one subscriber, who can send
 * from every address in it (RFC 6177).
 */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address
  const [start = '', end] = new URL(`http://[${address.split('%')[0]}]`).hostname.slice(1, -1).split('::')
  const [first, last] = [start, end ?? ''].map((part) => part.split(':').filter(Boolean)) as [
    string[],
    string[],
  ]
  const middle = Array.from({ length: 8 - first.length - last.length }, () => '0')
  return `${[...first, ...middle, ...last].slice(0, 4).join(':')}::/64`
}
