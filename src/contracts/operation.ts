import { z } from 'zod'
import type { ProblemCode } from './problem'
import { id } from './text'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/**
 * How an operation changes what credentials may do. Making: it adds a key, a right or a member. Ending: it
 * takes one away. Either: its verb decides which, by comparing the body with what it changes.
 */
export type Act = 'making' | 'ending' | 'either'

/** When an operation ends: no client should begin to use it. */
export type Deprecated = {
  /** The day on which that was said, as `2027-01-31`. */
  since: string
  /** The day from which it may be gone. */
  sunset: string
  /** The address of a page that says what to use instead. */
  page?: string
}

/**
 * One operation of the API: what its route takes, answers and needs. Routes, the OpenAPI document and the
 * cross-tenant tests are all made from these.
 */
export type Operation = {
  method: Method
  path: string
  summary: string
  /** The scope a key must hold; null: any good credential. */
  scope: string | null
  /** What CASL is asked before the handler runs: an action on a model. */
  can: readonly [action: string, model: string] | null
  /** For people who are signed in; no key can be given the right. */
  sessionOnly?: true
  /** A key may do it without the scope where `tokenField` holds the very token that the call presents. */
  ownToken?: true
  /** Anybody may do it: without a credential, the key in `tokenField` asks about itself. */
  open?: true
  /** No credential is looked at, whoever sends it: the sentence says for whom it is. */
  anyone?: string
  /** A key may also be presented as Basic: its id and its token. */
  takesBasic?: true
  /** Every answer says so, and so does the API document. */
  deprecated?: Deprecated
  /** It only reads, although its method is POST. */
  onlyReads?: true
  /** Missing: neither. Changes are counted by it, so that a person under attack can always end the attack. */
  act?: Act
  /** The field of its answer that names the row that `can` is about, where that is not `id`. */
  rowIn?: string
  params?: z.ZodType
  query?: z.ZodType
  /** The fields of its query that are objects, each value of them a pair of its own: `field[name]=value`. */
  deep?: readonly string[]
  body?: z.ZodType
  /** The body may be left out. */
  bodyOptional?: true
  /** The body is a form (`application/x-www-form-urlencoded`), and no JSON. */
  form?: true
  status: 200 | 201 | 202 | 204
  response: z.ZodType | null
  /**
   * The codes that its verb refuses with, beyond those that every operation of its form may use: see
   * `refusalsOf`.
   */
  refuses?: readonly ProblemCode[]
  /** Refused for no limit of the key or its club: it is counted, and goes on. */
  neverLimited?: true
  /** The field of the body that is a token: in every other one a token is refused. */
  tokenField?: string
  /**
   * The fields of its answer that hold a secret, as `keys.key` for one of each item of a list: a repeated
   * request gets null in their place. Only what is called `key`, a key's token, may be given again for ten
   * minutes.
   */
  shownOnce?: readonly string[]
  /** A caller who asks for `text/csv` gets the rows of `data` in that form, with these columns. */
  csv?: readonly string[]
  /**
   * A caller who asks for `text/csv` (with these columns) or `application/x-ndjson` gets the whole list in
   * that form, sent as it is read.
   */
  exports?: readonly string[]
}

/** The one parameter of a path. */
export const byId = z.strictObject({ id: id.meta({ description: 'As answers give it.' }) })

/** Whether the same request may be sent again under one Idempotency-Key: it would change something. */
export const takesIdempotencyKey = ({ method, onlyReads, open, anyone }: Operation): boolean =>
  method === 'POST' && !onlyReads && !open && !anyone
