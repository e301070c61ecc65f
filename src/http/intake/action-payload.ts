import { isUtf8 } from 'node:buffer'
import { parseJson } from '../json'

/** How deep objects may nest: those of our forms nest four deep, a key's metadata deeper. */
const MAX_DEPTH = 64
const MAX_ARGUMENTS = 8

/** What React writes for values that JSON lacks, and for text that begins with `$`. */
const WRITTEN = /^\$(?:\$|(?:undefined|NaN|-?Infinity|-0)$|D[\d:.TZ+-]{1,32}$)/

/**
 * Whether a body is the arguments of an action as our pages send them: JSON. React's format has more, which
 * no page of ours sends: parts that name each other, and with that themselves, streams, blobs, functions.
 * Decoding those costs a thousand times their length. Nor does a page name a field twice, or send what
 * reading changes.
 */
export function isPlainPayload(body: Buffer, contentType: string): boolean {
  if (!isUtf8(body)) return false
  const text = isMultipart(contentType) ? onlyPart(body.toString(), contentType) : body.toString()
  try {
    const given = parseJson(text ?? '')
    return Array.isArray(given) && given.length <= MAX_ARGUMENTS && isPlain(given, 0)
  } catch {
    return false
  }
}

function isPlain(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return !value.startsWith('$') || WRITTEN.test(value)
  if (typeof value !== 'object' || value === null) return true
  return depth < MAX_DEPTH && Object.values(value).every((one) => isPlain(one, depth + 1))
}

const isMultipart = (contentType: string): boolean => contentType.startsWith('multipart/form-data')

/** The one field of a form, named 0, that holds the arguments; undefined if the form has any other. */
function onlyPart(body: string, contentType: string): string | undefined {
  const boundary = /;\s*boundary=("?)([\w'()+,./:=?-]{1,70})\1$/.exec(contentType)?.[2]
  if (boundary === undefined) return undefined
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="0"\r\n\r\n`
  const tail = `\r\n--${boundary}--`
  const end = body.indexOf(tail)
  if (!body.startsWith(head) || end < head.length || !/^(?:\r\n)?$/.test(body.slice(end + tail.length)))
    return undefined
  const part = body.slice(head.length, end)
  return part.includes(`\n--${boundary}`) ? undefined : part
}
