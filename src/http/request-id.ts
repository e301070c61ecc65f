import type { IncomingHttpHeaders } from 'node:http'
import { redact } from '@/lib/redact'
import { oldHeaders } from '@/lib/settings'
import { readBasic } from './basic'
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
  return credentialsIn(headers).some((one) => one === given || (isLong(one) && given.includes(one)))
    ? null
    : given
}

/** What is shorter may stand in an id by chance: a scheme, the name of a cookie. */
const isLong = (word: string): boolean => word.length >= 16

/**
 * A token of another system may look like anything: so all that a request presents as a credential, however
 * it is written around the token.
 */
function credentialsIn(headers: IncomingHttpHeaders): string[] {
  return ['authorization', 'x-api-key', 'cookie', ...oldHeaders().names].flatMap((name) => {
    const value = headers[name]
    if (typeof value !== 'string') return []
    const basic = name === 'authorization' ? readBasic(value) : null
    return [value, basic?.token ?? ''].flatMap(words)
  })
}

/** Of the characters that a token has (RFC 6750 §2.1), but for the `=` at its end. */
const words = (text: string): string[] => text.split(/[^A-Za-z0-9._~+/-]+/).filter((word) => word !== '')
