import type { FieldError, ProblemCode } from '@/contracts/problem'

/** What an act of the server answers a page: a refusal is an answer, not an exception. */
export type Outcome<Data> = { ok: true; data: Data } | Refused
export type Refused = { ok: false; code: ProblemCode; message: string; errors: FieldError[] }

/** The message for one field of a refused form. */
export const errorOf = (refused: Refused | null, path: string): string | undefined =>
  refused?.errors.find((error) => error.path === path)?.message

/** What to say above a form: nothing, where the fields say it themselves. */
export const messageOf = (refused: Refused | null, fields: readonly string[]): string | null =>
  !refused || refused.errors.some(({ path }) => fields.includes(path)) ? null : refused.message
