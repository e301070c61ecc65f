import { headers } from 'next/headers'
import { z } from 'zod'
import type { Outcome } from '@/components/outcome'
import type { Operation } from '@/contracts/operation'
import { onceForAttempt } from '@/http/idempotency'
import { limitsOf, makingBy } from '@/http/limits-met'
import { requirePermission } from '@/http/permission'
import { asRefusal } from '@/http/problem'
import { requireOwnOrigin } from '@/http/session'
import type { Actor } from '@/lib/actor'
import { refusePastedTokens } from '@/lib/auth/pasted-token'
import type { SignedIn } from '@/lib/sign-in/session-actor'
import { conflict, notFound, signedOut } from '@/lib/errors'
import { countUnder, endingsBy, type CountMaking } from '@/lib/limits/changes'
import { parseInput } from '@/lib/parse-input'
import { findActing, findCaller, pageTrace } from './caller'

/**
 * Runs one verb for the person who sent a form: own Origin → caller, live, in the club that the page's path
 * names → limits → permission → input → verb. A refusal is an answer with its code; what is not a refusal is
 * logged and tells nothing.
 * @param operation its name in REST: decides how the call is counted and whether it is permitted
 * @param slug the page's club; names one of the caller's own or nothing
 * @param attempt under which it is done once, however often it is sent
 */
export function clubAction<Schema extends z.ZodType, Data>(
  slug: string,
  operation: Operation,
  schema: Schema,
  input: unknown,
  verb: (actor: Actor, input: z.output<Schema>, countMaking: CountMaking) => Promise<Data>,
  attempt?: unknown,
): Promise<Outcome<Data>> {
  return answer(async () => {
    // The page's own argument, but sent by the browser: an object would be a filter, and nothing at all would
    // mean any club of theirs.
    const named = z.string().safeParse(slug)
    if (!named.success) throw notFound()
    const actor = await findActing(named.data)
    if (!actor) throw signedOut()
    await countUnder(limitsOf(actor, operation))
    requirePermission(actor, operation)
    const parsed = parse(schema, input)
    const countMaking = async () => void (await countUnder(makingBy(actor)))
    const done = await onceForAttempt({ operation, actor, attempt, input }, (acting) =>
      verb(acting, parsed, countMaking),
    )
    return 'answer' in done ? done.answer : firstShown<Data>(operation, done.replayed)
  })
}

/**
 * The first answer, as its page knows it.
 * @throws Refusal `conflict` where what it showed only once is gone
 */
function firstShown<Data>({ shownOnce = [] }: Operation, replayed: unknown): Data {
  if (shownOnce.some((path) => isGone(replayed, path.split('.'))))
    throw conflict(
      'This was done, but what it showed only once cannot be shown again. Rotate the key, or send the invitation again.',
    )
  return replayed as Data
}

function isGone(answer: unknown, [name = '', ...within]: readonly string[]): boolean {
  if (Array.isArray(answer)) return answer.some((one) => isGone(one, [name, ...within]))
  if (typeof answer !== 'object' || answer === null) return false
  const { [name]: value, mailed } = answer as Record<string, unknown>
  return within.length > 0 ? isGone(value, within) : value === null && mailed !== true
}

/** The same for what people do to their own sign-ins, outside any club: each such act ends some of them. */
export function personAction<Schema extends z.ZodType, Data>(
  schema: Schema,
  input: unknown,
  verb: (person: SignedIn, input: z.output<Schema>) => Promise<Data>,
): Promise<Outcome<Data>> {
  return answer(async () => {
    const person = await findCaller()
    if (!person) throw signedOut()
    await countUnder([endingsBy(person.sessionId)])
    return verb(person, parse(schema, input))
  })
}

/** For what people do before they are signed in. */
export function openAction<Schema extends z.ZodType, Data>(
  schema: Schema,
  input: unknown,
  verb: (input: z.output<Schema>) => Promise<Data>,
): Promise<Outcome<Data>> {
  return answer(async () => verb(parse(schema, input)))
}

async function answer<Data>(act: () => Promise<Data>): Promise<Outcome<Data>> {
  try {
    requireOwnOrigin(new Headers(await headers()))
    return { ok: true, data: await act() }
  } catch (error) {
    const { code, message, errors = [] } = asRefusal(error, (await pageTrace()).requestId)
    return { ok: false, code, message, errors }
  }
}

function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  refusePastedTokens(input)
  return parseInput(schema, input)
}
