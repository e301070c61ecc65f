import { refusePastedTokens } from '@/lib/auth/pasted-token'
import { invalid, Refusal } from '@/lib/errors'

/**
 * The largest body any operation takes, in bytes. Far below the 10 MB at which the framework would cut it
 * silently.
 */
const MAX_BODY_BYTES = 64 * 1024

/**
 * Reads a JSON body (RFC 8259) of bounded size. `undefined` when there is none.
 * @throws Refusal `payload_too_large` | `unsupported_media_type` | `validation_failed`
 */
export async function readJson(request: Request): Promise<unknown> {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge()
  const bytes = await readBytes(request)
  if (bytes.length === 0) return undefined
  if (!isJson(request.headers.get('content-type')))
    throw new Refusal('unsupported_media_type', 'Send Content-Type: application/json.')
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const json = JSON.parse(text, refusePrototype) as unknown
    refusePastedTokens(json)
    return json
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw invalid([{ path: '', message: 'is not valid JSON in UTF-8' }])
  }
}

async function readBytes(request: Request): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

const isJson = (contentType: string | null) =>
  contentType?.split(';')[0]?.trim().toLowerCase() === 'application/json'

// A schema would drop this name without a word; it is never meant well.
function refusePrototype(name: string, value: unknown): unknown {
  if (name === '__proto__') throw invalid([{ path: name, message: 'is not a field of this operation' }])
  return value
}

const tooLarge = () => new Refusal('payload_too_large', `A body has at most ${MAX_BODY_BYTES} bytes.`)
