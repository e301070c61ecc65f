const WINDOW = 20

/** How many times a text holds one of these tokens, or so much of one that the rest can be guessed. */
export function oldTokensIn(text: string, tokens: readonly string[]): number {
  const parts = new Set(tokens.map((token) => token.slice(-WINDOW)))
  let found = 0
  for (const [word] of text.matchAll(/[\w-]{20,}/g))
    for (let at = 0; at + WINDOW <= word.length; at++) if (parts.has(word.slice(at, at + WINDOW))) found++
  return found
}
