import { z } from 'zod'
import { isStorable } from './text'

const MAX_BYTES = 4096
/** No note needs to be deeper, and a recursive walk through it must end. */
const MAX_DEPTH = 32
const NAME = /^[A-Za-z0-9_.:-]{1,64}$/
const NAMES = 'names are 1 to 64 of A-Z a-z 0-9 _ . : -'

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

/** The caller's own notes on a key: a JSON object, nested or not, at most 4 KB as JSON text. */
export const metadata = z
  .record(z.string().regex(NAME, { error: NAMES }), z.unknown() as unknown as z.ZodType<Json>)
  .superRefine((object, context) => {
    const fault = faultIn(object)
    if (fault) context.addIssue({ code: 'custom', ...fault })
  })
export type Metadata = z.infer<typeof metadata>

/** A loop, not a recursion: a body nests as deep as its sender likes. */
function faultIn(object: Record<string, unknown>): { path: string[]; message: string } | null {
  const open: { path: string[]; value: unknown }[] = [{ path: [], value: object }]
  for (let item = open.pop(); item; item = open.pop()) {
    const { path, value } = item
    if (path.length > MAX_DEPTH)
      return { path: path.slice(0, 1), message: `must not nest deeper than ${MAX_DEPTH}` }
    if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) {
        if (!Array.isArray(value) && !NAME.test(name)) return { path, message: NAMES }
        open.push({ path: [...path, name], value: inner })
      }
      continue
    }
    const message = wrongIn(value)
    if (message) return { path, message }
  }
  return Buffer.byteLength(JSON.stringify(object)) <= MAX_BYTES
    ? null
    : { path: [], message: `must be at most ${MAX_BYTES} bytes of JSON` }
}

function wrongIn(value: unknown): string | null {
  if (typeof value === 'string')
    return isStorable(value) ? null : 'must not contain U+0000 or a lone surrogate'
  // JSON.parse rounds larger integers without a word.
  if (typeof value === 'number')
    return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
      ? null
      : 'must be a number that JSON keeps exactly; send it as a string'
  return typeof value === 'boolean' || value === null ? null : 'must be JSON'
}
