import { isIP } from 'node:net'

/** One hop's word on the hop before it: an address, or null where it says none (`unknown`, `_hidden`). */
export type Hop = string | null

/**
 * The hops of `X-Forwarded-For`, the client's word first: addresses, with or without a port, as proxies write
 * them.
 */
export const readForwardedFor = (value: string): Hop[] => value.split(',').map(readNode)

/**
 * The hops of `Forwarded` (RFC 7239 §4), the client's word first. If the header is malformed, nothing of it
 * counts: a quote that a client opens may hide what the proxies wrote.
 */
export function readForwarded(value: string): Hop[] {
  const hops: Hop[] = []
  let named: string[] = []
  for (let at = 0; ; at++) {
    const pair = readPair(value, skipBlanks(value, at))
    if (!pair) return [null]
    if (pair.name === 'for') named.push(pair.value)
    at = skipBlanks(value, pair.end)
    if (at < value.length && value[at] === ';') continue
    if (at < value.length && value[at] !== ',') return [null]
    hops.push(named.length === 1 ? readNode(named[0] ?? '') : null)
    named = []
    if (at >= value.length) return hops
  }
}

type Pair = { name: string; value: string; end: number }

/** `forwarded-pair`, or nothing at all (`name` is empty then); null where it is neither. */
function readPair(text: string, start: number): Pair | null {
  let at = start
  while (TOKEN.test(text[at] ?? ' ')) at++
  const name = text.slice(start, at).toLowerCase()
  if (name === '') return { name, value: '', end: at }
  if (text[at] !== '=') return null
  at++
  return text[at] === '"' ? readQuoted(name, text, at + 1) : readBare(name, text, at)
}

function readQuoted(name: string, text: string, start: number): Pair | null {
  let value = ''
  for (let at = start; at < text.length; at++) {
    if (text[at] === '"') return { name, value, end: at + 1 }
    if (text[at] === '\\') at++
    value += text[at] ?? ''
  }
  return null
}

/** Some proxies leave an IPv6 address or a port unquoted, against the grammar. */
function readBare(name: string, text: string, start: number): Pair {
  let at = start
  while (BARE.test(text[at] ?? ' ')) at++
  return { name, value: text.slice(start, at), end: at }
}

function skipBlanks(text: string, start: number): number {
  let at = start
  while (text[at] === ' ' || text[at] === '\t') at++
  return at
}

const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]/
const BARE = /[^\s",;]/

const WITH_PORT = /^(?:\[([^\]]*)\]|([\d.]+))(?::(?:\d{1,5}|_[\w.-]+))?$/

/** `node` of RFC 7239 §6, and an IPv6 address without brackets. */
function readNode(text: string): Hop {
  const bare = text.trim()
  const [, bracketed, dotted] = WITH_PORT.exec(bare) ?? []
  return plainAddress(bracketed ?? dotted ?? bare, bracketed === undefined ? undefined : 6)
}

/** An IPv4 address that came mapped into IPv6, however that is written, is the IPv4 address. */
export function plainAddress(text: string, family?: 6): string | null {
  const found = isIP(text)
  if (found === 0 || (family !== undefined && found !== family)) return null
  if (found === 4) return text
  const dotted = text.replace(/^::ffff:(?=\d+\.)/i, '')
  if (isIP(dotted) === 4 || !MAY_BE_MAPPED.test(text)) return dotted
  const [, high, low] = MAPPED.exec(new URL(`http://[${text}]`).hostname) ?? []
  if (high === undefined || low === undefined) return text
  return [high, low].flatMap((part) => [parseInt(part, 16) >> 8, parseInt(part, 16) & 255]).join('.')
}

const MAY_BE_MAPPED = /^[0:]*:ffff:[\da-f.:]+$/i
const MAPPED = /^\[::ffff:([\da-f]{1,4}):([\da-f]{1,4})\]$/
