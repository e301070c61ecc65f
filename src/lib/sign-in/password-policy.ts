import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common'

const SHORTEST = 12
const LONGEST = 256
/** Enough to tell whether a password can be guessed; the search takes long for longer ones. */
const LOOKED_AT = 64
/** 10^8 guesses: 3 on zxcvbn's scale of 0 to 4. */
const LEAST_SCORE = 3

let estimator: ZxcvbnFactory | undefined

/**
 * Why this cannot be a password, in words for the person who chose it; null when it can. OWASP ASVS 6.2: a
 * length, not one of the common ones, and no rules of composition.
 * @param known what a guesser knows of the person, such as the address
 */
export function passwordObjection(password: string, known: readonly string[]): string | null {
  const length = [...password].length
  if (length < SHORTEST) return `must have at least ${SHORTEST} characters`
  if (length > LONGEST) return `must have at most ${LONGEST} characters`
  // argon2 hashes UTF-8, in which all lone surrogates are one and the same character.
  if (!password.isWellFormed()) return 'must be text'
  estimator ??= new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs })
  const { score } = estimator.check(
    password.slice(0, LOOKED_AT),
    known.flatMap((word) => [word, ...word.split(/[^\p{L}\p{N}]+/u)]),
  )
  return score < LEAST_SCORE ? 'is too easy to guess: make it longer or less common' : null
}
