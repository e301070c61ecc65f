import { takesIdempotencyKey, type Operation } from '@/contracts/operation'
import type { Actor, Once } from '@/lib/actor'
import { asSeenNow } from '@/lib/auth/api-key-view'
import { receivableAgain } from '@/lib/auth/receive-again'
import { runOn } from '@/lib/auth/run-on'
import { Refusal } from '@/lib/errors'
import { amendRecord, Repeated } from '@/lib/idempotency/changing'
import { canonical, onceOf } from '@/lib/idempotency/once'
import { giveTokens, type Tokens } from '@/lib/idempotency/secrets'
import { requireReachable } from '@/lib/idempotency/still-reachable'
import { log } from '@/lib/log'
import { settings } from '@/lib/settings'
import { signingStill } from '@/lib/webhooks/signing-still'
import { readCall } from './credential'
import { IDEMPOTENCY_HEADER } from './headers'
import { pathInApp } from './path'

const VISIBLE = /^[\x21-\x7e]{1,128}$/

type Asked = {
  request: Request
  operation: Operation
  actor: Actor
  /** The body, as it was sent. */ json: unknown
}

/**
 * Makes a change once for each Idempotency-Key of a caller (draft-ietf-httpapi-idempotency-key-header): if
 * the same request comes again, it gets the first answer. Everything that its verb checks before its
 * transaction (permission, freshness) is checked again.
 * @param run the verb, for an actor who carries what the header asks for
 */
export async function onceForEach<Answer>(
  asked: Asked,
  run: (actor: Actor) => Promise<Answer>,
): Promise<{ answer: Answer } | { replayed: unknown }> {
  const once = onceAsked(asked)
  return once ? underOnce(asked, once, run) : { answer: await run(asked.actor) }
}

type Attempted = {
  operation: Operation
  actor: Actor
  /** What the page made when its form was sent, and sends again with the same form; undefined: nothing. */
  attempt: unknown
  /** The form, as it was sent. */ input: unknown
}

/** The same for an act of a page: an attempt that comes again gets the first answer. */
export async function onceForAttempt<Answer>(
  { operation, actor, attempt, input }: Attempted,
  run: (actor: Actor) => Promise<Answer>,
): Promise<{ answer: Answer } | { replayed: unknown }> {
  const holder = actor.via.kind === 'session' ? sessionHolder(actor.via.sessionId) : null
  if (attempt === undefined || !holder || !takesIdempotencyKey(operation)) return { answer: await run(actor) }
  if (typeof attempt !== 'string' || !VISIBLE.test(attempt))
    throw new Refusal('invalid_request', 'An attempt is 1 to 128 visible ASCII characters.')
  const { response, shownOnce = [] } = operation
  const once = onceOf({
    ...holder,
    clubId: actor.clubId,
    idempotencyKey: attempt,
    // Apart from the calls of the API: this form is another one than their body.
    request: canonical(['page', operation.method, operation.path, input]),
    shape: (answer) => response?.parse(answer) ?? null,
    shownOnce,
  })
  return underOnce({ operation, actor }, once, run)
}

async function underOnce<Answer>(
  { operation, actor }: Pick<Asked, 'operation' | 'actor'>,
  once: Once,
  run: (actor: Actor) => Promise<Answer>,
): Promise<{ answer: Answer } | { replayed: unknown }> {
  try {
    const answer = await run({ ...actor, once })
    // The change is made and on record: what the record does not say yet is worth no refusal.
    await amendRecord(actor, once, answer).catch((err: unknown) =>
      log.warn({ err }, 'a first answer was not completed'),
    )
    return { answer }
  } catch (error) {
    if (!(error instanceof Repeated)) throw error
    return { replayed: await firstAnswer(actor, operation, once, error) }
  }
}

/** @throws Refusal `invalid_request` */
function onceAsked({ request, operation, actor, json }: Asked): Once | null {
  const idempotencyKey = takesIdempotencyKey(operation) ? request.headers.get(IDEMPOTENCY_HEADER) : null
  const { response, shownOnce = [] } = operation
  const holder = holderOf(request, actor)
  if (idempotencyKey === null || !holder) return null
  if (!VISIBLE.test(idempotencyKey))
    throw new Refusal(
      'invalid_request',
      'An Idempotency-Key is 1 to 128 visible ASCII characters, sent once.',
    )
  const { search } = new URL(request.url)
  return onceOf({
    ...holder,
    clubId: actor.clubId,
    idempotencyKey,
    request: canonical([operation.method, pathInApp(request), search, json]),
    shape: (answer) => response?.parse(answer) ?? null,
    shownOnce,
  })
}

/** Who may have the answer again, and what only they and this server have. */
function holderOf(request: Request, { via }: Actor): { credential: string; held: string[] } | null {
  switch (via.kind) {
    case 'api_key': {
      const call = readCall(request, pathInApp(request))
      return { credential: `key:${via.keyId}`, held: call ? [call.token] : [] }
    }
    case 'session':
      return sessionHolder(via.sessionId)
    case 'operator':
    case 'system':
      return null
  }
}

function sessionHolder(sessionId: string): { credential: string; held: string[] } {
  const held = settings().secrets.map((secret) => JSON.stringify([secret, sessionId]))
  return { credential: `session:${sessionId}`, held }
}

type First = { complete?: unknown } & Record<string, unknown>

async function firstAnswer(
  actor: Actor,
  { can, rowIn = 'id', shownOnce = [] }: Operation,
  once: Once,
  { answer, sealed }: Repeated,
): Promise<unknown> {
  const before = JSON.parse(answer) as First | null
  const row = before?.[rowIn]
  if (can && typeof row === 'string') await requireReachable(actor, can, row)
  const first = before?.complete === false ? (JSON.parse(await runOn(actor, once, answer)) as First) : before
  const shown = first && asSeenNow(first, actor)
  const opened = sealed && once.unseal(sealed)
  const tokens = opened ? (JSON.parse(opened) as Tokens) : {}
  const receivable = new Set([
    ...(await receivableAgain(actor, Object.keys(tokens))),
    ...(await signingStill(actor, tokens)),
  ])
  const given = Object.entries(tokens).filter(([id]) => receivable.has(id))
  return giveTokens(shown, shownOnce, Object.fromEntries(given))
}
