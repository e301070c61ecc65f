import type { IncomingMessage } from 'node:http'
import type { VerifiedKey } from '@/lib/auth/verification'
import type { Refusal } from '@/lib/errors'
import type { RateLimitStatus } from '@/lib/limits/limit'

// What one request with a key carries from the socket to its handler. Each step adds to it; no step asks
// again what another one has found out.

/** A message as it came. */
export type Received = {
  readonly message: IncomingMessage
  /** The client's own, where it can be taken over (X-Request-Id); else ours. */
  readonly requestId: string
  /** As it was asked for: the framework may write another one on the message. */
  readonly url: string
  /** When it came, by the monotonic clock. */
  readonly receivedAt: number
  /** The address that connected. */
  readonly peer: string | null
  /** The client's address, once somebody has asked for it. */
  client?: string | null
  /** The token whose SHA-256 was taken last. */
  hashed?: { token: string; digest: string }
  note?: Note
  /** Why its call was refused, where the door went on all the same. */
  refused?: { call: Call; refusal: Refusal }
  /** For the operator alone; `not_there`: a good key, but not from that address, or not in that header. */
  whyNot?: { reason: string; keyId: string | undefined }
  /** Who was found to call, for the log; `id` is a key's. */
  caller?: { clubId: string; userId: string | null; id?: string }
  /** The `code` of the refusal that it was answered with, for the log. */
  outcome?: string
  /** Whether that was reported. */
  reported?: boolean
}

/** A request that presents a token. */
export type Call = {
  readonly kind: 'token'
  readonly token: string
  /** SHA-256 of the token. */
  readonly digest: string
  /** Whether it stands where only imported keys are read. */
  readonly onlyImported: boolean
  /** The id that the token must be that key's, where the caller says one. */
  readonly keyId?: string
  readonly method: string
  /** Inside the app. */
  readonly path: string
  /** The message that brought it; undefined where it is not known. */
  readonly received: Received | undefined
}

/** The key of a request that was let in, and the status of its limits with this request counted. */
export type VerifiedRequest = {
  readonly key: VerifiedKey
  /** The client's address, if the key has an address list; else ''. */
  readonly from: string
  readonly rateLimits: readonly RateLimitStatus[]
}

/** What the door tells the handler of this very request, and how long that counts. */
export type SignedContext = VerifiedRequest & {
  readonly requestId: string
  readonly call: Call
  /** By the wall clock, in milliseconds. */
  readonly until: number
  /** How many changes of keys this process had heard of. */
  readonly generation: number
  /** All of it as a header. */
  readonly header: string
}

/**
 * What the door decides: the refusal (or the answer to a preflight) to answer at once, or the headers to go on with; null: the request's
 * own, on which the identity stands already. `identity`: what they say of a verified key; undefined where
 * nothing was verified.
 */
export type Authenticated =
  { headers: Headers | null; identity?: Readonly<Record<string, string>> } | { refusal: Response }

/** What is known of a message's call, for code further in that asks about it. */
export type Note = {
  readonly digest: string
  /** null: no door has seen the message. */
  readonly context: SignedContext | null
  readonly rateLimits: readonly RateLimitStatus[]
  /** The path that took the count of another one: where the app leads requests on under another name. */
  countedFor?: string
}
