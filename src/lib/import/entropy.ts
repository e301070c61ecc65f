import { ENOUGH_BITS } from '../auth/weak-token'

/**
 * A UUID of version 4 is 128 bits of which 6 are fixed; most others hold a time or a name. Without its
 * hyphens it is not told from 16 random bytes.
 */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-([1-8])[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i
const UUID_BITS: Record<string, number> = { 4: 122, 7: 74 }

/**
 * A repetition or an ordinary run counts once it is so long that chance does not write it: into 32 digits of
 * hex once in three million.
 */
const LONG_RUN = 8
const ALPHABETS: readonly (readonly [RegExp, number])[] = [
  [/^[0-9]+$/, 10],
  [/^(?:[0-9a-f]+|[0-9A-F]+)$/, 16],
  [/^(?:[a-z]+|[A-Z]+)$/, 26],
  [/^(?:[a-z0-9]+|[A-Z0-9]+)$/, 36],
  [/^[a-zA-Z]+$/, 52],
  [/^[a-zA-Z0-9]+$/, 62],
]

/**
 * How many random bits a token holds at most, by its looks: what is written by hand or counted upwards is
 * found out, what a bad generator makes is not. Parts that repeat, runs such as `abcdef` or `000000`, words,
 * and letters that do not vary count for little.
 * @param prefix how all of them begin, which is no secret @param words those that people make passwords of
 */
export function estimateBits(token: string, prefix: string, words: Words): number {
  const secret = prefix !== '' && token.startsWith(prefix) ? token.slice(prefix.length) : token
  const version = UUID.exec(secret)?.[1]
  if (version !== undefined) return UUID_BITS[version] ?? 0
  // Names of brands and stages stand before, between and after the random part. Where no part is one by
  // itself, its alphabet may hold the separators.
  const parts = secret.split(/[-_.~+/=]+/).filter((part) => part !== '')
  const best = Math.max(0, ...parts.map((part) => bitsOf(part, words)))
  return Math.floor(best >= ENOUGH_BITS ? best : bitsOf(parts.join(''), words))
}

type Words = ReadonlySet<string>

function bitsOf(text: string, words: Words): number {
  const { found, rest } = withoutWords(unrepeated(text), words)
  return found * BITS_OF_A_WORD + (rest === '' ? 0 : rest.length * Math.log2(varietyOf(rest)))
}

/** One of some 50,000. */
const BITS_OF_A_WORD = 16
const SHORTEST_WORD = 5
const LONGEST_WORD = 14
/** Chance writes one word into a token now and then, and hardly ever two. */
const FEWEST_WORDS = 2
const IN_ONE_CASE = /[A-Z]?[a-z]{4,}|[A-Z]{5,}/g

function withoutWords(text: string, words: Words): { found: number; rest: string } {
  let found = 0
  const rest = text.replace(IN_ONE_CASE, (letters) => {
    let left = ''
    for (let at = 0; at < letters.length;) {
      const length = wordAt(letters.toLowerCase(), at, words)
      if (length === 0) left += letters.charAt(at++)
      else {
        found++
        at += length
      }
    }
    return left
  })
  return found >= FEWEST_WORDS ? { found, rest } : { found: 0, rest: text }
}

function wordAt(letters: string, at: number, known: Words): number {
  for (let length = Math.min(LONGEST_WORD, letters.length - at); length >= SHORTEST_WORD; length--)
    if (known.has(letters.slice(at, at + length))) return length
  return 0
}

/**
 * How many different characters each of these may have been: those of the smallest usual alphabet, unless so
 * few of them are there that chance hardly leaves the others out.
 */
function varietyOf(text: string): number {
  const size = ALPHABETS.find(([alphabet]) => alphabet.test(text))?.[1] ?? 64
  const different = new Set(text).size
  const missing = size * (1 - 1 / size) ** text.length
  const expected = size - missing
  return different >= expected - 5 * Math.sqrt(Math.max(1, missing)) ? size : different
}

/** The text without what can be told from what stands before it: runs and copies. */
function unrepeated(text: string): string {
  let kept = ''
  for (let at = 0; at < text.length;) {
    const length = Math.max(runAt(text, at), copyAt(text, at))
    kept += text.charAt(at)
    at += length >= LONG_RUN ? length : 1
  }
  return kept
}

/** How many characters go up or down by one, or stay the same, from here on. */
function runAt(text: string, at: number): number {
  const step = text.charCodeAt(at + 1) - text.charCodeAt(at)
  if (!(Math.abs(step) <= 1)) return 1
  let end = at + 1
  while (text.charCodeAt(end + 1) - text.charCodeAt(end) === step) end++
  return end - at + 1
}

/** How many characters from here on stood somewhere before. */
function copyAt(text: string, at: number): number {
  let length = 0
  for (let next = LONG_RUN; at + next <= text.length; next++) {
    if (text.indexOf(text.slice(at, at + next)) >= at) break
    length = next
  }
  return length
}
