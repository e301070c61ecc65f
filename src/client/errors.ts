import type { components } from './generated/api'

type Schemas = components['schemas']

/** Every problem document of the API (RFC 9457), told apart by `code`. */
export type ApiProblem = Schemas[Exclude<Extract<keyof Schemas, `${string}Problem`>, 'Problem'>]

/** The API refused. `problem.code` says why, and TypeScript knows each code. */
export class ApiError extends Error {
  override name = 'ApiError'
  constructor(
    readonly problem: ApiProblem,
    readonly response: Response,
  ) {
    super(problem.detail)
  }
}

/** Nobody answered: no network, a lost connection, or not in time. Whether a change was made is not known. */
export class NoAnswer extends Error {
  override name = 'NoAnswer'
  constructor(
    readonly reason: 'offline' | 'timeout',
    cause?: unknown,
  ) {
    super(reason === 'timeout' ? 'The API did not answer in time.' : 'The API could not be reached.', {
      cause,
    })
  }
}

/** Somebody else answered: a proxy, or the page on which a network wants its users to sign in. */
export class UnexpectedAnswer extends Error {
  override name = 'UnexpectedAnswer'
  constructor(readonly response: Response) {
    super(
      `Not an answer of the API: ${response.status} ${response.headers.get('content-type') ?? 'without a type'}.`,
    )
  }
}
