import type { Metadata } from 'next'
import { PROBLEM_CODES, PROBLEMS, type ProblemCode } from '@/contracts/problem'

export const metadata: Metadata = { title: 'Problems' }

const MEANING: Record<ProblemCode, string> = {
  invalid_request: 'The credential headers break the syntax: no token, two of them, both headers, a key in the URL. Send one header, once.',
  missing_credentials: 'The request presents no API key. Send “Authorization: Bearer sk_…”.',
  invalid_token: 'The key is unknown, mistyped, expired, revoked or disabled, or its owner is no longer in the club. Which one is not told.',
  insufficient_scope: 'The key works but lacks the scope named in the WWW-Authenticate header. Use a key that has it.',
  forbidden: 'The roles of the key’s owner do not allow this, whatever the key’s scopes.',
  reauthentication_required: 'The sign-in is more than 15 minutes old, and this act makes, ends or hands out rights. Sign in again.',
  not_found: 'Nothing of this id is yours to see. Ids of other clubs answer exactly like ids that do not exist.',
  method_not_allowed: 'The path exists, the method does not. The Allow header names those that do.',
  conflict: 'The request is well formed but contradicts what is there: a revoked key cannot be changed, and a taken name cannot be taken again. With a second rotation of one key, `replacedById` names the key that the first made.',
  idempotency_key_in_use: 'A request with this Idempotency-Key is still being worked on. Send it again after the time in Retry-After: it gets the first one’s answer.',
  payload_too_large: 'The body is larger than any operation takes.',
  unsupported_media_type: 'Bodies are JSON, uncompressed: send “Content-Type: application/json” and no “Content-Encoding”.',
  validation_failed: 'Some fields or parameters are not valid. “errors” names each with its path.',
  idempotency_key_reused: 'This Idempotency-Key was sent with another body or to another path within 24 hours. Nothing was changed: make a new key for each change.',
  rate_limited:
    'A limit has no room: the key’s, the club’s, that of failed credentials from one address, or of changes by one user. “RateLimit” tells which; wait for Retry-After. A refused call counts under no limit.',
  internal_error: 'A bug of ours. Tell us the requestId.',
  unavailable: 'The service cannot reach its database, or is being replaced by a newer release. Nothing was changed; try again after the time in Retry-After.',
}

export default function Problems() {
  return (
    <main className="prose">
      <h1>Problems</h1>
      <p className="text-quiet">Every error is an RFC 9457 problem document. Rely on its code, not on its words.</p>
      {PROBLEM_CODES.map((code) => (
        <section key={code}>
          <h2 id={code}>
            <span className="inline-block min-w-12 font-medium text-quiet tabular-nums">{PROBLEMS[code].status}</span> <code>{code}</code>
          </h2>
          <p>{MEANING[code]}</p>
        </section>
      ))}
    </main>
  )
}
