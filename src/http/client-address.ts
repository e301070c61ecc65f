import { BlockList, isIP } from 'node:net'
import type { AddressList } from '@/lib/auth/address-list'
import { settings } from '@/lib/settings'
import { log } from '@/lib/log'
import type { Received } from './call'
import { readForwarded, readForwardedFor, type Hop } from './forwarded'
import { receivedOf } from './incoming'

let trusted: BlockList | undefined

/**
 * The client's address: the socket's. If that belongs to a trusted proxy (`TRUSTED_PROXIES`), it is the first
 * address from the right, in what the proxies say, that is not trusted. null where it is not known for
 * certain.
 */
export const clientAddress = (request: Request): string | null => addressOf(receivedOf(request))

/** The same of a message; undefined: not known. */
export function addressOf(received: Received | undefined): string | null {
  if (received === undefined) return null
  if (received.client === undefined) received.client = findAddress(received)
  return received.client
}

/**
 * The client's address if the key's list allows it; '' for a key without a list, which needs no address.
 * @returns null where it is not allowed, or not known for certain
 */
export function allowedAddress(received: Received | undefined, list: AddressList | null): string | null {
  if (list === null) return ''
  const address = addressOf(received)
  return list.allows(address) ? address : null
}

function findAddress(received: Received): string | null {
  const { peer } = received
  if (peer === null) return null
  if (!isTrusted(peer)) {
    // Asking a list of addresses costs more than all the rest of this.
    if (!wasTold('untrusted') && NAMES.some((name) => sent(received, name) !== null) && isLocal(peer))
      tellOnce('untrusted', peer)
    return peer
  }
  const said = addressesSaid(received).map((hops) => outermost(peer, hops))
  if (said.length === 0) tellOnce('silent', peer)
  const [first = peer, ...others] = said
  if (others.some((other) => other !== first)) {
    tellOnce('disagreeing', peer)
    return null
  }
  if (first === null) tellOnce('unreadable', peer)
  return first
}

const NAMES = ['x-forwarded-for', 'forwarded'] as const
const READERS = { 'x-forwarded-for': readForwardedFor, forwarded: readForwarded }

/** From the header that FORWARDED_HEADER names, or from the one that is there. */
function addressesSaid(received: Received): Hop[][] {
  const { forwardedHeader } = settings()
  return (forwardedHeader ? [forwardedHeader] : NAMES).flatMap((name) => {
    const value = sent(received, name)
    return value === null ? [] : [READERS[name](value)]
  })
}

/**
 * A header as it arrived. If there is no X-Forwarded-For, the framework adds one with the socket's address.
 */
function sent({ message: { rawHeaders } }: Received, name: string): string | null {
  const values: string[] = []
  for (let i = 0; i < rawHeaders.length; i += 2)
    if (rawHeaders[i]?.length === name.length && rawHeaders[i]?.toLowerCase() === name)
      values.push(rawHeaders[i + 1] ?? '')
  return values.length === 0 ? null : values.join(',')
}

/** The first hop from the right that is not trusted. If all are, the outermost of them is the client. */
function outermost(peer: string, hops: Hop[]): Hop {
  let address: Hop = peer
  for (let i = hops.length - 1; i >= 0 && address !== null && isTrusted(address); i--)
    address = hops[i] ?? null
  return address
}

const WARNINGS = {
  untrusted:
    'a proxy that is not in TRUSTED_PROXIES says who its clients are: until it is named there, all of them have its address and share its limits',
  silent:
    'a proxy in TRUSTED_PROXIES says neither in X-Forwarded-For nor in Forwarded who its client is: all of them have its address and share its limits',
  unreadable:
    'a proxy in TRUSTED_PROXIES names no address of its client: such clients have none, share one limit, and keys with an address list refuse them',
  disagreeing:
    'X-Forwarded-For and Forwarded of a proxy in TRUSTED_PROXIES do not agree, so one of them is a client’s: let the proxy delete it, or set FORWARDED_HEADER to the one that the proxy writes',
}
const shared = globalThis as typeof globalThis & { clubkeysProxiesTold?: Set<keyof typeof WARNINGS> }

/**
 * Each warning only once in a process, since everybody who reaches a proxy can cause it. On `globalThis`,
 * because the framework loads middleware and handlers as separate module instances.
 */
function tellOnce(what: keyof typeof WARNINGS, proxy: string): void {
  if (wasTold(what)) return
  shared.clubkeysProxiesTold = (shared.clubkeysProxiesTold ?? new Set()).add(what)
  log.warn({ proxy }, WARNINGS[what])
}

const wasTold = (what: keyof typeof WARNINGS): boolean => shared.clubkeysProxiesTold?.has(what) ?? false

function isTrusted(address: string): boolean {
  if (settings().trustedProxies.length === 0) return false
  trusted ??= blockList(settings().trustedProxies)
  return holds(trusted, address)
}

/** Where an operator's own proxies usually are: this machine, its container network, its data centre. */
const local = blockList([
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::1/128',
  'fc00::/7',
])
const isLocal = (address: string): boolean => holds(local, address)

/** The zone of a link-local address (`fe80::1%eth0`) is not part of it. */
const holds = (list: BlockList, address: string): boolean =>
  list.check(address.split('%')[0] ?? '', isIP(address) === 6 ? 'ipv6' : 'ipv4')

function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits] = range.split('/')
    list.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4')
  }
  return list
}
