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

/** No more makes sense of keys that have at most 4 KB. */
const MOST_ASKED = 10
const LONGEST_ASKED = 256

/**
 * What a key's metadata must have, all of it: each value in its place, or in a list there. Text stands for
 * whatever JSON is written so: `5` for 5 and for "5". Text that is a number stands for it in any other spelling,
 * too: `5.0`.
 */
export const metadataFilter = z
  .record(z.string().regex(NAME, { error: NAMES }), z.unknown() as unknown as z.ZodType<Json>)
  .superRefine((object, context) => {
    const fault = faultInFilter(object)
    if (fault) context.addIssue({ code: 'custom', ...fault })
  })
  .meta({
    description: `Only keys whose metadata has these values, up to ${MOST_ASKED} of them: \`metadata[env]=prod\`, and \`metadata[owner][team]=web\` for one further down. A list has each of its values. Text stands for numbers, however they are written (\`1e-7\`, \`1.0\`), true, false and null, too.`,
  })
export type MetadataFilter = z.infer<typeof metadataFilter>

function faultInFilter(object: Record<string, Json>): { path: string[]; message: string } | null {
  let asked = 0
  const open: { path: string[]; value: Json }[] = [{ path: [], value: object }]
  for (let item = open.pop(); item; item = open.pop()) {
    const { path, value } = item
    if (Array.isArray(value)) return { path, message: 'must be a value, or an object of values' }
    if (typeof value === 'object' && value !== null) {
      const inner = Object.entries(value)
      if (inner.length === 0) return { path, message: 'must name something' }
      if (path.length >= MAX_DEPTH)
        return { path: path.slice(0, 1), message: `must not nest deeper than ${MAX_DEPTH}` }
      if (inner.some(([name]) => !NAME.test(name))) return { path, message: NAMES }
      open.push(...inner.map(([name, one]) => ({ path: [...path, name], value: one })))
      continue
    }
    const message = wrongIn(value) ?? (String(value).length > LONGEST_ASKED ? TOO_LONG : null)
    if (message) return { path, message }
    if (++asked > MOST_ASKED) return { path: [], message: `must ask for at most ${MOST_ASKED} values` }
  }
  return null
}

const TOO_LONG = `must hold at most ${LONGEST_ASKED} characters`
