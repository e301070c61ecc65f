/**
 * The changes that no mutator of JavaScript makes: one condition less, no lock, null for not null. A text's
 * values stand in it as {@link value} says.
 */
type SqlChange = { text: string; what: string }

/** Stands for the nth value of a template: a sign that no SQL holds, so that text can be cut anywhere. */
export const value = (n: number): string => `⟦${n}⟧`

/** Text that is SQL, and not a sentence with a capital `SELECT` in it. */
export const isSql = (text: string): boolean =>
  /^\s*(--[^\n]*\s+)*(SELECT|INSERT|UPDATE|DELETE|WITH|AND|OR|WHERE|CREATE|ALTER|DO)\b/.test(text) &&
  /["(]|\bFROM\b|=/.test(text)

export function sqlChanges(sql: string): SqlChange[] {
  const plain = withoutQuotes(sql)
  return [...conditions(sql, plain), ...locks(sql, plain), ...nulls(sql, plain)]
}

const cut = (sql: string, from: number, to: number, by = '') => sql.slice(0, from) + by + sql.slice(to)
const shown = (text: string) =>
  text
    .replace(/⟦(\d+)⟧/g, '$${$1}')
    .replace(/\s+/g, ' ')
    .trim()

const LOCK =
  /\bFOR\s+(?:NO\s+KEY\s+UPDATE|KEY\s+SHARE|UPDATE|SHARE)(?:\s+OF\s+\w+)?(?:\s+(?:SKIP\s+LOCKED|NOWAIT))?/g

function* locks(sql: string, plain: string): Generator<SqlChange> {
  for (const { 0: lock, index } of plain.matchAll(LOCK))
    yield { text: cut(sql, index, index + lock.length), what: `without ${shown(lock)}` }
}

function* nulls(sql: string, plain: string): Generator<SqlChange> {
  for (const { 0: found, 1: not, index } of plain.matchAll(/\bIS\s+(NOT\s+)?NULL\b/g))
    yield {
      text: cut(sql, index, index + found.length, not ? 'IS NULL' : 'IS NOT NULL'),
      what: not ? 'IS NOT NULL → IS NULL' : 'IS NULL → IS NOT NULL',
    }
}

/** The words that begin a condition, join two, or end one at its own depth. */
const WORD =
  /\b(?:WHERE|ON|AND|OR|WHEN|IF|BETWEEN|FOR|ORDER|GROUP|UNION|LIMIT|RETURNING|JOIN|LEFT|INNER|CROSS|THEN|LOOP|EXECUTE|DO|SET|FROM|CONFLICT|DELETE|UPDATE|INSERT|TRUNCATE)\b|[();]/g
const BEGINS = new Set(['WHERE', 'ON', 'AND', 'OR', 'WHEN', 'IF'])

/** Each condition in turn is taken for true, one that OR joins for false. */
function* conditions(sql: string, plain: string): Generator<SqlChange> {
  const words = [...plain.matchAll(WORD)].map(({ 0: word, index }) => ({ word, index }))
  for (const [at, { word, index }] of words.entries()) {
    if (!begins(words, at, plain)) continue
    const from = index + word.length
    const end = endOf(words, at)
    const to = end?.index ?? sql.length
    const condition = sql.slice(from, to)
    if (condition.trim() === '') continue
    const taken = word === 'OR' || end?.word === 'OR' ? 'false' : 'true'
    yield { text: cut(sql, from, to, ` ${taken} `), what: `${shown(condition)} → ${taken}` }
  }
}

type Word = { word: string; index: number }

/**
 * `BETWEEN a AND b`, `ON CONFLICT` and a trigger's `ON "Table"` begin none; the first of several in brackets
 * does.
 */
function begins(words: readonly Word[], at: number, plain: string): boolean {
  const { word, index } = words[at] ?? { word: '', index: 0 }
  const before = words[at - 1]
  if (word === '(') {
    const joins = endOf(words, at)?.word
    const opens =
      before &&
      BEGINS.has(before.word) &&
      /^\s*(NOT\s*)?$/.test(plain.slice(before.index + before.word.length, index))
    return Boolean(opens) && (joins === 'AND' || joins === 'OR')
  }
  if (!BEGINS.has(word)) return false
  if (word === 'AND') return before?.word !== 'BETWEEN'
  const isTable = ['UPDATE', 'INSERT', 'DELETE', 'TRUNCATE'].includes(before?.word ?? '')
  return word !== 'ON' || (words[at + 1]?.word !== 'CONFLICT' && !isTable)
}

function endOf(words: readonly Word[], at: number): Word | undefined {
  let depth = 0
  let between = false
  for (const each of words.slice(at + 1)) {
    if (each.word === '(') depth++
    else if (each.word === ')' && --depth < 0) return each
    else if (depth > 0 || each.word === ')') continue
    else if (each.word === 'BETWEEN') between = true
    else if (each.word === 'AND' && between) between = false
    else return each
  }
  return undefined
}

/** A text of the same length, with the words in quotes and comments blanked. */
const withoutQuotes = (sql: string): string =>
  sql.replace(/"[^"]*"|'(?:[^']|'')*'|--[^\n]*|\bDISTINCT\s+FROM\b|\bOR\s+REPLACE\b/g, (quoted) =>
    '_'.repeat(quoted.length),
  )
