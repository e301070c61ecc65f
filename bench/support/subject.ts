/** What is measured in process: something that tells good tokens from bad ones. */
export type Subject = {
  /** Whether the token is good. Not a promise where the answer is at hand. */
  verify: (token: string) => boolean | Promise<boolean>
  /** Good tokens to verify in turn. */
  tokens: readonly string[]
}

export type Given = {
  databaseUrl: string
  /** Tokens of ours that stand in the database. */
  tokens: readonly string[]
}

/** Every module in `subjects/` and `peers/` exports one as `prepare`. */
export type Prepare = (given: Given) => Promise<Subject>
