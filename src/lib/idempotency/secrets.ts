type Row = Readonly<Record<string, unknown>>

/**
 * An answer with other values in the place of its secrets.
 * @param paths where they are, as `key` or, in each item of a list, `keys.key`
 * @param instead what is set in the object that holds one
 */
function replaceSecrets(
  answer: unknown,
  paths: readonly string[],
  instead: (row: Row, name: string) => Row,
): unknown {
  if (paths.length === 0) return answer
  if (Array.isArray(answer)) return answer.map((one) => replaceSecrets(one, paths, instead))
  if (typeof answer !== 'object' || answer === null) return answer
  const row = answer as Row
  const changed: Record<string, unknown> = { ...row }
  for (const name of Object.keys(row)) {
    const within = paths.flatMap((path) => (path.startsWith(`${name}.`) ? path.slice(name.length + 1) : []))
    if (paths.includes(name)) Object.assign(changed, instead(row, name))
    else changed[name] = replaceSecrets(row[name], within, instead)
  }
  return changed
}

/** What is given again, each beside the id of whose it is: a key's token, and a webhook's secret. */
const NOTICES: Readonly<Record<string, string>> = {
  key: 'The token was shown with the first answer, and is not shown again. Rotate the key to get another one.',
  secret: 'The secret was shown with the first answer, and is not shown again. Rotate it to get another one.',
}
/** By the id of whose it is. */
export type Tokens = Record<string, string>

/** Takes the secrets out of an answer. */
export function takeSecrets(answer: unknown, paths: readonly string[]): { shown: unknown; tokens: Tokens } {
  const tokens: Tokens = {}
  const shown = replaceSecrets(answer, paths, (row, name) => {
    const { id, [name]: secret } = row
    if (name in NOTICES && typeof id === 'string' && typeof secret === 'string') tokens[id] = secret
    return { [name]: null }
  })
  return { shown, tokens }
}

/** Puts tokens back. Where one is missing, the answer says what to do. */
export const giveTokens = (shown: unknown, paths: readonly string[], tokens: Tokens): unknown =>
  replaceSecrets(shown, paths, ({ id }, name) => {
    const notice = NOTICES[name]
    if (notice === undefined) return { [name]: null }
    const token = typeof id === 'string' ? tokens[id] : undefined
    return token === undefined ? { [name]: null, notice } : { [name]: token }
  })
