import type { DocsSection } from '@/components/docs/sections'
import { PROBLEM_CODES, type Problem, type ProblemCode } from '@/contracts/problem'

type Meaning = {
  /** What it means, in a sentence or two. */
  means: string
  /** What to do about it, most likely first. */
  advice: readonly string[]
  /** Whether the same request may succeed later without a change. */
  again: 'never' | 'later'
  detail: string
  /** Headers that come with it. */
  headers?: Readonly<Record<string, string>>
  more?: Partial<Problem>
  instance?: string
}

const REALM = 'Bearer realm="api"'

export const MEANINGS: Readonly<Record<ProblemCode, Meaning>> = {
  invalid_request: {
    means: 'The headers that carry the credential are malformed. It does not say whether the key is good.',
    advice: [
      'Send one header, once: “Authorization: Bearer sk_…”, or “X-API-Key: sk_…”, never both.',
      'Check for a line break, a space or quotes around the key. Environment files and secret stores often add one.',
      'Take the key out of the URL. A key that stood in a URL is in logs now, so revoke it.',
      'Leave out X-Club beside a key: it belongs to a session, and a key has its own club.',
    ],
    again: 'never',
    detail: 'Send Authorization or X-API-Key, not both.',
    headers: { 'WWW-Authenticate': `${REALM}, error="invalid_request"` },
  },
  missing_credentials: {
    means: 'The request carries no API key.',
    advice: [
      'Send “Authorization: Bearer sk_…”.',
      'Check that the variable with the key is set where the program runs: an empty one sends no key.',
      'Check for a redirect to another host. Most clients drop the header there, as they should.',
    ],
    again: 'never',
    detail: 'Send an API key: Authorization: Bearer sk_...',
    headers: { 'WWW-Authenticate': REALM },
  },
  invalid_token: {
    means:
      'The key is not good: unknown, mistyped, expired, revoked or disabled, used from an address that it does not allow, or its owner has left the club. The answer never tells which, because that would help whoever found the key.',
    advice: [
      'Look the key up on the keys page of your club, by its first and last characters. Its status and history say what happened.',
      'Make sure that the whole key was copied: its last six characters are a checksum.',
      'Does the key have an address list? Then check which address your program calls from.',
      'Make a new key, or rotate the old one before it ends next time.',
    ],
    again: 'never',
    detail: 'The access token is not valid.',
    headers: { 'WWW-Authenticate': `${REALM}, error="invalid_token"` },
  },
  insufficient_scope: {
    means:
      'The key is good, but it was not made for this. The WWW-Authenticate header names the scope that is missing.',
    advice: [
      'Ask GET /api/v1/whoami which scopes the key has now.',
      'Add the scope on the key’s page, or make another key that has it.',
      'Does the key hold the scope already? Then its owner lost the role that grants it.',
    ],
    again: 'never',
    detail: 'This needs the scope practices:write.',
    headers: { 'WWW-Authenticate': `${REALM}, error="insufficient_scope", scope="practices:write"` },
  },
  forbidden: {
    means:
      'The roles of the key’s owner do not allow this, whatever the scopes of the key, or the club’s policy says no. “detail” says which.',
    advice: [
      'Read “detail”: it names the rule.',
      'Some acts are for people who are signed in, and no key can do them: members, roles, service accounts, the club’s policy.',
      'Ask an admin of your club for the role.',
    ],
    again: 'never',
    detail: 'Your roles do not allow this.',
    headers: { 'WWW-Authenticate': `${REALM}, error="insufficient_scope"` },
  },
  reauthentication_required: {
    means:
      'The person signed in more than 15 minutes ago, and this act makes, ends or hands out rights. A request with a key never gets this answer.',
    advice: ['Sign in again, then repeat the act. The pages ask for the password by themselves.'],
    again: 'never',
    detail: 'Sign in again to do this.',
  },
  not_found: {
    means:
      'There is nothing with this id that is yours to see. An id of another club gets exactly the same answer as one that does not exist.',
    advice: [
      'Check the id, and that the key belongs to the club you mean: GET /api/v1/whoami names it.',
      'Check the path. An unknown path under /api gets this answer as well.',
    ],
    again: 'never',
    detail: 'No such resource.',
    instance: '/api/v1/practices/01983c5e-2f6b-7a41-9d1c-5b0f6c1f2a10',
  },
  method_not_allowed: {
    means: 'The path exists, but not with this method. The Allow header names the methods that it has.',
    advice: ['Use one of the methods in Allow. Changes are PATCH, not PUT.'],
    again: 'never',
    detail: 'This path takes GET, HEAD, POST.',
    headers: { Allow: 'GET, HEAD, POST' },
  },
  conflict: {
    means: 'The request is well formed, but it contradicts what is there. “detail” says what.',
    advice: [
      'Read the current state, then decide again.',
      'Was it a rotation? The key was rotated already, and “replacedById” names its successor. If the new token was lost on the way, rotate the successor.',
      'A revoked or expired key cannot be changed, and a taken name cannot be taken again.',
    ],
    again: 'never',
    detail: 'This key was rotated already.',
    instance: '/api/v1/api-keys/01983c5e-30b1-7d11-b0a4-2c9e8d7f6a55/rotate',
    more: { replacedById: '01983c60-11d2-7e5a-8f3b-9a1c2d3e4f50' },
  },
  idempotency_key_in_use: {
    means: 'A request with this Idempotency-Key is still being worked on.',
    advice: [
      'Wait for as many seconds as Retry-After says, then send the same request again: it gets the answer of the first.',
      'Make a new Idempotency-Key for each change, and keep it for the retries of that change.',
    ],
    again: 'later',
    detail: 'A request with this Idempotency-Key is still being worked on.',
    headers: { 'Retry-After': '1' },
  },
  payload_too_large: {
    means: 'The body is larger than any operation takes.',
    advice: ['Send less in one request. Every field has a maximum length, which the API reference names.'],
    again: 'never',
    detail: 'The body is too large.',
  },
  unsupported_media_type: {
    means: 'The body has a form that this operation does not read.',
    advice: [
      'Send JSON with “Content-Type: application/json”.',
      'Do not compress the body: leave out “Content-Encoding”.',
    ],
    again: 'never',
    detail: 'Send application/json.',
    headers: { 'Accept-Encoding': 'identity' },
  },
  validation_failed: {
    means:
      'Some fields or parameters are not valid. “errors” names each one by its path, and says what is wrong with it.',
    advice: [
      'Mend the fields that “errors” names. Nothing was changed.',
      'Unknown fields are refused as well: look for a typing error in a name.',
      'A refused “cursor” belongs to another query. Start the list again without it.',
    ],
    again: 'never',
    detail: 'The input is not valid.',
    more: {
      errors: [
        { path: 'startsAt', message: 'must be a date and time with an offset, such as 2030-05-01T17:00:00Z' },
      ],
    },
  },
  idempotency_key_reused: {
    means:
      'This Idempotency-Key was sent within the last 24 hours with another body, or to another path. Nothing was changed.',
    advice: [
      'Make a new key for each change, such as a random UUID.',
      'Send exactly the same body when you try again: build it once, and keep it.',
    ],
    again: 'never',
    detail: 'This Idempotency-Key belongs to another request.',
  },
  rate_limited: {
    means:
      'A limit has no room for this call: that of the key, of its club, of changes, or of failed attempts from your address. RateLimit names the limit. A refused call counts under none of them.',
    advice: [
      'Wait for as many seconds as Retry-After says, then send the same request again.',
      'Slow down before it happens: RateLimit says after each call how many are left.',
      'Is it “failures”? Then a program nearby keeps calling with a bad key. Stop it first.',
      'Do you need more? An admin can give the key a higher limit.',
    ],
    again: 'later',
    detail: 'Too many requests. Try again in 12 seconds.',
    headers: { 'Retry-After': '12', RateLimit: '"key";r=0;t=12', 'RateLimit-Policy': '"key";q=600;w=60' },
  },
  internal_error: {
    means: 'A bug of ours. It is on record under the requestId.',
    advice: [
      'Tell whoever runs this installation the requestId.',
      'A GET may be sent again. Before you repeat a change, read whether it was made.',
    ],
    again: 'never',
    detail: 'The error is on record under this requestId.',
  },
  unavailable: {
    means:
      'The service cannot reach its database, or is being replaced by a newer release. The key was not judged, so this says nothing about it.',
    advice: [
      'Wait for as many seconds as Retry-After says, then send the same request again.',
      'Do not tell your users that their key is bad, and do not throw the key away.',
    ],
    again: 'later',
    detail: 'The service cannot answer right now. Try again shortly.',
    headers: { 'Retry-After': '5' },
  },
}

/** For search. */
export const problemSections = (): DocsSection[] =>
  PROBLEM_CODES.map((code) => ({
    href: `/docs/problems/${code}`,
    page: 'Problems',
    heading: code,
    text: `${MEANINGS[code].means} ${MEANINGS[code].advice.join(' ')}`,
  }))
