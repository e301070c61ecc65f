import { isUtf8 } from 'node:buffer'
import { invalid } from '@/lib/errors'

/**
 * The pairs of a form (application/x-www-form-urlencoded), each name once. If a name stands twice, two
 * readers may each take another one. Bytes that are no UTF-8 are refused, since the URL standard's decoder
 * makes the same character of all of them.
 * @throws Refusal `validation_failed` naming the field
 */
export function readPairs(text: string): Map<string, string> {
  const pairs = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(text)) {
    if (pairs.has(name)) throw invalid([{ path: name, message: 'is given twice' }])
    pairs.set(name, value)
  }
  // Only such a text can have pairs that were changed.
  if ([...pairs].flat().some((one) => one.includes('\ufffd'))) requireUtf8(text)
  return pairs
}

/**
 * The pairs of a request's query. The framework decodes it and writes it anew before any code of ours sees
 * it. Bytes that were no UTF-8 are U+FFFD by then, and look like one that was meant.
 * @throws Refusal `validation_failed` naming the field
 */
export function readQuery({ url }: Pick<Request, 'url'>): Map<string, string> {
  const pairs = readPairs(new URL(url).search)
  for (const [path, value] of pairs)
    if (`${path}${value}`.includes('\ufffd'))
      throw invalid([{ path, message: 'must be UTF-8 without U+FFFD' }])
  return pairs
}

function requireUtf8(text: string): void {
  for (const pair of text.split('&')) {
    const bytes = Buffer.from(pair).toString('latin1').replaceAll(ESCAPE, unescaped)
    if (isUtf8(Buffer.from(bytes, 'latin1'))) continue
    const [path = ''] = new URLSearchParams(pair).keys()
    throw invalid([{ path, message: 'is not UTF-8' }])
  }
}

const ESCAPE = /%([0-9a-f]{2})/gi
const unescaped = (_: string, code: string) => String.fromCharCode(Number.parseInt(code, 16))
