import { networkInterfaces } from 'node:os'
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import { settings } from '../settings'

type Address = ipaddr.IPv4 | ipaddr.IPv6

/** `public`: anybody can reach it. `allowed`: in a network that the operator lets webhooks reach. */
export type Reach = 'public' | 'allowed'

/** Of IPv6, only these are given out for hosts that anybody can reach (RFC 4291 §2.4). */
const GLOBAL = ipaddr.IPv6.parseCIDR('2000::/3')

/** In IPv6, ways to write or to reach an IPv4 address, and what the library has no name for. */
const REFUSED_6 = [
  '2001::/23', // protocols: Teredo, benchmarking, ORCHID
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4
  '3fff::/20', // documentation
  '5f00::/16', // segment routing
].map((range) => ipaddr.IPv6.parseCIDR(range))

/** In IPv4, what the library counts as unicast. */
const REFUSED_4 = [
  '192.0.0.0/24', // protocols
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays
  '198.18.0.0/15', // benchmarking
  '198.51.100.0/24',
  '203.0.113.0/24',
  '168.63.129.16/32', // the metadata of a cloud, at a public address
].map((range) => ipaddr.IPv4.parseCIDR(range))

/**
 * Whether webhooks may be sent to an address, by what is *connected to*, never by a name: names lead elsewhere
 * a moment later. Private, local, metadata and reserved addresses are refused, this machine's own, and every
 * IPv6 form of an IPv4 address, whatever that one is.
 * @param address as the system gives it
 */
export function reachOf(address: string): Reach | null {
  const known = readAddress(address)
  if (!known) return null
  // What is allowed counts first: that may be this machine.
  if (allowed().some((range) => holds(range, known))) return 'allowed'
  if (!isPublic(known)) return null
  return ownAddresses().has(known.toString()) ? null : 'public'
}

function readAddress(text: string): Address | null {
  // A zone means something on this machine only.
  if (isIP(text) === 0 || text.includes('%')) return null
  return ipaddr.parse(text)
}

function isPublic(address: Address): boolean {
  if (address instanceof ipaddr.IPv4)
    return address.range() === 'unicast' && !REFUSED_4.some((range) => address.match(range))
  return (
    address.match(GLOBAL) && address.range() === 'unicast' && !REFUSED_6.some((range) => address.match(range))
  )
}

type Range = [Address, number]
/** Each delivery asks for them. */
const ranges = new WeakMap<readonly string[], readonly Range[]>()

function allowed(): readonly Range[] {
  const { allowNetworks } = settings().webhooks
  const known = ranges.get(allowNetworks) ?? allowNetworks.map((range) => ipaddr.parseCIDR(range))
  ranges.set(allowNetworks, known)
  return known
}

const holds = ([network, bits]: Range, address: Address): boolean =>
  network.kind() === address.kind() && address.match(network, bits)

/** Of every interface: what listens on the machine may trust who comes from it. */
const ownAddresses = (): ReadonlySet<string> =>
  new Set(
    Object.values(networkInterfaces())
      .flatMap((of) => of ?? [])
      .flatMap(({ address }) => readAddress(address.replace(/%.*$/, ''))?.toString() ?? []),
  )
