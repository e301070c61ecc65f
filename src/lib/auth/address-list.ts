import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import { invalid } from '../errors'

type Address = ipaddr.IPv4 | ipaddr.IPv6
type Range = { network: Address; bits: number }

/**
 * Client addresses that a key may be used from: networks in CIDR notation (RFC 4632, RFC 4291 §2.3), each
 * written in one way only.
 */
export class AddressList {
  readonly #ranges: readonly Range[]

  private constructor(ranges: readonly Range[]) {
    this.#ranges = ranges
  }

  /**
   * Reads what a caller asks for. An IPv4 network mapped into IPv6 is the IPv4 network; a single address is a
   * network of one.
   * @returns null for null: any address
   * @throws Refusal `validation_failed` naming the entry (`allowedCidrs.0`)
   */
  static asked(entries: readonly string[] | null): AddressList | null {
    if (entries === null) return null
    const ranges = entries.map((entry, i) => readAsked(entry, `allowedCidrs.${i}`))
    const texts = ranges.map(textOf)
    const twice = texts.findIndex((text, i) => texts.indexOf(text) < i)
    if (twice !== -1)
      throw invalid([
        { path: `allowedCidrs.${twice}`, message: `is in the list already, as ${texts[twice]}` },
      ])
    return new AddressList(ranges)
  }

  /**
   * Reads a key's column. The database refuses to hold what cannot be read; should it be there, it allows
   * nothing.
   */
  static kept(text: string | null): AddressList | null {
    if (text === null) return null
    return new AddressList(text.split(',').flatMap((entry) => readRange(entry) ?? []))
  }

  /** @param address null: not known for certain, and so not allowed */
  allows(address: string | null): boolean {
    const known = address === null ? null : readAddress(address.replace(/%.*$/, ''))
    return known !== null && this.#ranges.some((range) => holds(range, known))
  }

  /** Whether each network of `inner` lies in one of `outer`'s networks; null: anywhere. */
  static within(inner: AddressList | null, outer: AddressList | null): boolean {
    if (outer === null) return true
    return (
      inner !== null &&
      inner.#ranges.every(({ network, bits }) =>
        outer.#ranges.some((range) => range.bits <= bits && holds(range, network)),
      )
    )
  }

  toStrings(): string[] {
    return this.#ranges.map(textOf)
  }

  /** As the key's column keeps it. */
  toString(): string {
    return this.toStrings().join(',')
  }
}

const holds = ({ network, bits }: Range, address: Address) =>
  network.kind() === address.kind() && address.match(network, bits)

function readAsked(text: string, path: string): Range {
  if (text.includes('%'))
    throw invalid([{ path, message: 'must not have a zone: it means something on one machine only' }])
  const range = readRange(text)
  if (!range)
    throw invalid([
      {
        path,
        message: 'must be an address or a network such as 203.0.113.7, 198.51.100.0/24 or 2001:db8::/32',
      },
    ])
  const network = wholeNetwork(range)
  if (textOf(network) === textOf(range)) return range
  throw invalid([
    { path, message: `must not have bits set beyond its length: the network is ${textOf(network)}` },
  ])
}

/** Strictly what node:net calls an address: libraries read "10" as 0.0.0.10, and "010.0.0.1" in octal. */
function readRange(text: string): Range | null {
  const [, written = '', length] = /^([^/%]+)(?:\/(0|[1-9][0-9]{0,2}))?$/.exec(text) ?? []
  const family = isIP(written)
  const network = readAddress(written)
  if (!network || (length !== undefined && Number(length) > (family === 4 ? 32 : 128))) return null
  const bits = length === undefined ? (family === 4 ? 32 : 128) : Number(length)
  const mapped = family === 6 && network.kind() === 'ipv4'
  if (!mapped) return { network, bits }
  // With a shorter prefix than that of mapped addresses, it is a network of IPv6.
  return bits >= 96
    ? { network, bits: bits - 96 }
    : { network: (network as ipaddr.IPv4).toIPv4MappedAddress(), bits }
}

/** An address mapped into IPv6 (RFC 4291 §2.5.5.2) is the IPv4 address. */
function readAddress(text: string): Address | null {
  return isIP(text) === 0 ? null : ipaddr.process(text.replace(DOTTED_TAIL, inHex))
}

/** In hexadecimal, since the library takes `::1.2.3.4` for the mapped `::ffff:1.2.3.4`. */
const DOTTED_TAIL = /(?<=:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/
const inHex = (_: string, ...[a, b, c, d]: string[]) =>
  `${(Number(a) * 256 + Number(b)).toString(16)}:${(Number(c) * 256 + Number(d)).toString(16)}`

function wholeNetwork({ network, bits }: Range): Range {
  const kind = network.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6
  return { network: kind.networkAddressFromCIDR(`${network.toString()}/${bits}`), bits }
}

const textOf = ({ network, bits }: Range) => `${network.toString()}/${bits}`
