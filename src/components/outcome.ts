import type { FieldError, Problem, ProblemCode } from '@/contracts/problem'

/** What an act of the server answers a page: a refusal is an answer, not an exception. */
export type Outcome<Data> = { ok: true; data: Data } | Refused
export type Refused = { ok: false; code: ProblemCode; message: string; errors: FieldError[] }

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

/** What to say above a form: nothing, where the fields say it themselves. */
export const messageOf = (refused: Refused | null, fields: readonly string[]): string | null =>
  !refused || refused.errors.some(({ path }) => fields.includes(path)) ? null : refused.message
