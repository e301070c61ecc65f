import type { FieldError, Problem, ProblemCode } from '@/contracts/problem'

/** What an act of the server answers a page: a refusal is an answer, not an exception. */
export type Outcome<Data> = { ok: true; data: Data } | Refused
/** Something the server does; under one attempt it does it once, however often it is sent. */
export type PageAct<Input, Data> = (input: Input, attempt: string) => Promise<Outcome<Data>>
/** Something it only looks up: asked again, it is looked up again. */
export type PageLookup<Input, Data> = (input: Input) => Promise<Outcome<Data>>
export type Refused = {
  ok: false
  code: ProblemCode
  message: string
  errors: FieldError[]
  /** The answer was lost: it may be done or not. */
  lost?: true
}

/**
 * The outcome of an act that returned none: either it was refused before it ran, and the error's text is the
 * problem document; or nobody knows what happened.
 */
export function refusedBy(error: unknown, unknown: Refused): Refused {
  try {
    const { code, detail, errors = [] } = JSON.parse((error as Error).message) as Partial<Problem>
    return code && detail ? { ok: false, code, message: detail, errors } : unknown
  } catch {
    return unknown
  }
}

/** The message for one field of a refused form. */
export const errorOf = (refused: Refused | null, path: string): string | undefined =>
  refused?.errors.find((error) => error.path === path)?.message

/** What to say of the whole form: nothing, where the fields say it themselves. */
export function messageOf(refused: Refused | null, fields: readonly string[]): string | null {
  const isSaid = ({ path }: FieldError) =>
    fields.some((field) => path === field || path.startsWith(`${field}.`))
  return !refused || refused.errors.some(isSaid) ? null : refused.message
}
