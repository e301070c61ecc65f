import { invalid, type Refusal } from '@/lib/errors'

/** No input of this API nests so deep; code that reads it may recurse. */
const MAX_DEPTH = 256

/** An object or a list that is being read: the names in it, and the place within. */
type Level = { names: Set<string> | null; at: string | number; expectsName: boolean }

/**
 * Parses JSON (RFC 8259), and refuses what `JSON.parse` changes silently: of two members with one name it
 * keeps the last, and it rounds numbers to doubles (RFC 8259 §4, §6). Two readers of such a text may
 * understand different things. No library does both in linear time.
 * @throws SyntaxError for text that is no JSON
 * @throws Refusal `validation_failed` naming the field
 */
export function parseJson(text: string): unknown {
  const value = JSON.parse(text) as unknown
  requireExact(text)
  return value
}

/** One pass over a text that is known to be JSON. A loop, since texts nest as deep as their senders like. */
function requireExact(text: string): void {
  const open: Level[] = []
  for (let i = 0; i < text.length; i++) {
    const level = open.at(-1)
    switch (text[i]) {
      case '{':
        open.push({ names: new Set(), at: '', expectsName: true })
        break
      case '[':
        open.push({ names: null, at: 0, expectsName: false })
        break
      case '}':
      case ']':
        open.pop()
        break
      case ',':
        if (level) next(level)
        break
      case '"': {
        const end = endOfString(text, i)
        if (level?.expectsName) takeName(open, level, text.slice(i, end + 1))
        i = end
        break
      }
      default:
        if (isNumeric(text, i)) {
          const end = endOfNumber(text, i)
          if (!isKeptExactly(text.slice(i, end))) throw refusal(open, NOT_KEPT)
          i = end - 1
        }
    }
    if (open.length > MAX_DEPTH)
      throw invalid([{ path: '', message: `must not nest deeper than ${MAX_DEPTH} levels` }])
  }
}

function next(level: Level): void {
  if (typeof level.at === 'number') level.at++
  else level.expectsName = true
}

/** @param quoted the name with its quotes and escapes: `"\u0061"` and `"a"` are one name */
function takeName(open: Level[], level: Level, quoted: string): void {
  const name = quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1)
  level.at = name
  level.expectsName = false
  // A schema would silently drop this name, and no honest client sends it.
  if (name === '__proto__') throw invalid([{ path: name, message: 'is not a field of this operation' }])
  if (level.names?.has(name)) throw refusal(open, 'is given twice')
  level.names?.add(name)
}

const NOT_KEPT = 'must be a number that can be kept exactly as it is written: send fewer digits, or a string'
const refusal = (open: Level[], message: string): Refusal =>
  invalid([{ path: open.map(({ at }) => at).join('.'), message }])

function endOfString(text: string, from: number): number {
  let i = from + 1
  while (text[i] !== '"') i += text[i] === '\\' ? 2 : 1
  return i
}

/** Whether the character can be part of a number. */
function isNumeric(text: string, i: number): boolean {
  const code = text.charCodeAt(i)
  return (code >= 0x30 && code <= 0x39) || code === 0x2d
}

function endOfNumber(text: string, from: number): number {
  let i = from + 1
  while (isNumeric(text, i) || (i < text.length && '.eE+'.includes(text.charAt(i)))) i++
  return i
}

/** With so few characters and no exponent, every double keeps all digits (C's DBL_DIG: 15). */
const SHORT = 15

/** Whether the double that is read from a number has the same digits when it is written again. */
function isKeptExactly(number: string): boolean {
  const [mantissa = ''] = number.split(/[eE]/, 1)
  const digits = significant(mantissa)
  // -0 is the same number.
  if (digits === '') return true
  if (number.length <= SHORT && mantissa.length === number.length) return true
  const value = Number(number)
  const [kept = ''] = value.toExponential().split('e', 1)
  // The same digits with another exponent differ by a factor of ten or more: no rounding does that.
  return Number.isFinite(value) && value !== 0 && significant(kept) === digits
}

/** The digits without a sign, a point, or zeros around them. Loops: an expression would backtrack. */
function significant(mantissa: string): string {
  const digits = mantissa.replace('-', '').replace('.', '')
  let [from, to] = [0, digits.length]
  while (digits[from] === '0') from++
  while (to > from && digits[to - 1] === '0') to--
  return digits.slice(from, to)
}
