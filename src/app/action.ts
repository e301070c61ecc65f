import { headers } from 'next/headers'
import { z } from 'zod'
import type { Outcome } from '@/components/outcome'
import { asRefusal } from '@/http/problem'
import { requireOwnOrigin } from '@/http/session'
import type { Actor } from '@/lib/auth/actor'
import { refusePastedTokens } from '@/lib/auth/pasted-token'
import type { SignedIn } from '@/lib/auth/session-actor'
import { Refusal, invalid, notFound } from '@/lib/errors'
import { countChange } from '@/lib/limits/changes'
import { findActor, findCaller, pageTrace } from './caller'

/**
 * {@link clubAction} for what changes keys, members or service accounts: of those a person may make so many a
 * minute.
 */
export function clubChange<Schema extends z.ZodType, Data>(
  slug: string,
  schema: Schema,
  input: unknown,
  verb: (actor: Actor, input: z.output<Schema>) => Promise<Data>,
): Promise<Outcome<Data>> {
  return clubAction(slug, schema, input, async (actor, parsed) => {
    if (actor.userId !== null) await countChange(actor.userId)
    return verb(actor, parsed)
  })
}

/**
 * Runs one verb for the person who sent a form: own Origin → caller, live, in the club that the page's path
 * names → input → verb. A refusal is an answer with its code; what is not a refusal is logged and tells
 * nothing.
 * @param slug the page's club; names one of the caller's own or nothing
 */
export function clubAction<Schema extends z.ZodType, Data>(
  slug: string,
  schema: Schema,
  input: unknown,
  verb: (actor: Actor, input: z.output<Schema>) => Promise<Data>,
): Promise<Outcome<Data>> {
  return answer(async () => {
    // The page's own argument, but sent by the browser: an object would be a filter, and nothing at all would
    // be any club of his.
    const named = z.string().safeParse(slug)
    if (!named.success) throw notFound()
    const actor = await findActor(named.data)
    if (!actor) throw signedOut()
    return verb(actor, parse(schema, input))
  })
}

/** The same for what concerns the person alone, in no club. */
export function personAction<Schema extends z.ZodType, Data>(
  schema: Schema,
  input: unknown,
  verb: (person: SignedIn, input: z.output<Schema>) => Promise<Data>,
): Promise<Outcome<Data>> {
  return answer(async () => {
    const person = await findCaller()
    if (!person) throw signedOut()
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
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  throw invalid(parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })))
}

const signedOut = () => new Refusal('missing_credentials', 'You have been signed out. Sign in again.')
