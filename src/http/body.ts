import { isUtf8 } from 'node:buffer'
import { refusePastedTokens } from '@/lib/auth/pasted-token'
import { invalid, Refusal } from '@/lib/errors'
import { parseJson } from './json'
import { readPairs } from './pairs'

/**
 * The largest body that any operation takes, in bytes. Far below the 10 MB at which the framework would
 * silently cut it.
 */
export const MAX_BODY_BYTES = 64 * 1024

/**
 * Reads a JSON body (RFC 8259) of bounded size. `undefined` when there is none.
 * @param tokenField the one field that may hold a token
 * @throws Refusal `payload_too_large` | `unsupported_media_type` | `validation_failed`
 */
export async function readJson(request: Request, tokenField?: string): Promise<unknown> {
  const json = await readAnyJson(request)
  refusePastedTokens(without(tokenField, json))
  return json
}

/** The same where any field may hold a token: of a report of tokens that were found. */
export const readAnyJson = async (request: Request): Promise<unknown> =>
  jsonIn(await readTyped(request, 'application/json'))

/** @throws Refusal `validation_failed` */
export function jsonIn(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return undefined
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw invalid([{ path: '', message: 'is not valid JSON in UTF-8' }])
  }
}

const FORM = 'application/x-www-form-urlencoded'

/**
 * Reads the fields of a form of bounded size, each once.
 * @param tokenField the one field that may hold a token
 * @throws Refusal `payload_too_large` | `unsupported_media_type` | `validation_failed`
 */
export async function readForm(request: Request, tokenField?: string): Promise<Record<string, string>> {
  const bytes = await readTyped(request, FORM)
  if (!isUtf8(bytes)) throw invalid([{ path: '', message: 'is not valid UTF-8' }])
  const pairs = readPairs(new TextDecoder().decode(bytes))
  // A schema would silently drop this name.
  if (pairs.has('__proto__'))
    throw invalid([{ path: '__proto__', message: 'is not a field of this operation' }])
  const fields = Object.fromEntries(pairs)
  refusePastedTokens(without(tokenField, fields))
  return fields
}

async function readTyped(request: Request, type: string): Promise<Uint8Array> {
  refuseCoded(request.headers.get('content-encoding'))
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge(MAX_BODY_BYTES)
  const bytes = await readBytes(request)
  if (bytes.length > 0 && mediaTypeOf(request) !== type)
    throw new Refusal('unsupported_media_type', `Send Content-Type: ${type}.`)
  return bytes
}

function without(field: string | undefined, json: unknown): unknown {
  if (field === undefined || typeof json !== 'object' || json === null || Array.isArray(json)) return json
  return Object.fromEntries(
    Object.entries(json).filter(([name, value]) => name !== field || typeof value !== 'string'),
  )
}

/**
 * Bodies are never decompressed. One that claims to be compressed and is not would pass here, but a proxy in
 * front could read it differently.
 * @param codings the header Content-Encoding
 * @throws Refusal `unsupported_media_type` (RFC 9110 §15.5.16)
 */
export function refuseCoded(codings: string | null): void {
  if (codings === null || codings.split(',').every((one) => one.trim().toLowerCase() === 'identity')) return
  throw new Refusal('unsupported_media_type', 'Send the body without Content-Encoding.')
}

/** @throws Refusal `payload_too_large` */
export async function readBytes(request: Request): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) throw tooLarge(MAX_BODY_BYTES)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

const mediaTypeOf = ({ headers }: Request) => headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()

/** @param bytes the most it may have */
export const tooLarge = (bytes: number) =>
  new Refusal('payload_too_large', `A body has at most ${bytes} bytes.`)
