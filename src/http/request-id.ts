import type { IncomingHttpHeaders } from 'node:http'
import { redact } from '@/lib/redact'
import { oldHeaders } from '@/lib/settings'
import { REQUEST_ID_HEADER } from './headers'

const WELL_FORMED = /^[A-Za-z0-9._-]{1,128}$/

/**
 * The id that a client or a proxy gave a request. It goes into answers, logs and audit rows: what is a token
 * counts as no id.
 * @returns null where there is none, or one that cannot be taken over
 */
export function takenOver(headers: IncomingHttpHeaders): string | null {
  const given = headers[REQUEST_ID_HEADER]
  if (typeof given !== 'string' || !WELL_FORMED.test(given) || redact(given) !== given) return null
  // A token of another system may look like anything.
  const isCredential = ['authorization', 'x-api-key', ...oldHeaders().names].some((name) => {
    const value = headers[name]
    return typeof value === 'string' && (value === given || value.endsWith(` ${given}`))
  })
  return isCredential ? null : given
}
