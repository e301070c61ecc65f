import { hash } from 'node:crypto'
import { letCompress } from '../compress'
import { openApiDocument } from '../openapi'

/**
 * `GET /api/openapi.json`: the OpenAPI 3.1 document, made from the very schemas that check every request and
 * answer. Made once, since anybody may ask; a client that has it already is told so (RFC 9110 §13.1.2).
 */
export async function openApi(request: Request): Promise<Response> {
  const { text, etag } = (made ??= written())
  const headers = { 'cache-control': 'public, max-age=300', 'x-content-type-options': 'nosniff', etag }
  if (names(request.headers.get('if-none-match'), etag)) return new Response(null, { status: 304, headers })
  letCompress(text.length)
  return new Response(text, { headers: { ...headers, 'content-type': 'application/json' } })
}

let made: { text: string; etag: string } | undefined

function written(): { text: string; etag: string } {
  const text = JSON.stringify(openApiDocument())
  // Weak: the framework may compress what this names.
  return { text, etag: `W/"${hash('sha256', text, 'base64url')}"` }
}

/** Whether `If-None-Match` names this tag: `*`, or one of a list, weak or strong alike. */
const names = (given: string | null, etag: string): boolean =>
  given?.split(',').some((one) => one.trim() === '*' || weak(one.trim()) === etag) ?? false
const weak = (tag: string) => (tag.startsWith('W/') ? tag : `W/${tag}`)
