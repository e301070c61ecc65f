/**
 * A file that cannot be read as what it should be: nothing after this place is. The message quotes nothing of
 * it, since any part of it may be a token.
 */
export class BadFile extends Error {
  constructor(
    message: string,
    /** Where it stopped, as far as that is known. */
    readonly line: number | null = null,
  ) {
    super(line === null ? message : `line ${line}: ${message}`)
  }
}
