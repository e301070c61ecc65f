import { BadFile } from './bad-file'
import { LONGEST_ROW, put, type FoundRow, type Layout } from './layout'
import type { Cells, Field } from './row'

/**
 * One JSON object a line. @throws BadFile for a line without an end, and at the end for a column that was
 * asked for and stands in no row: misspelt, it would leave out what the keys need
 */
export async function* readJsonLines(text: AsyncIterable<string>, layout: Layout): AsyncGenerator<FoundRow> {
  let line = 0
  const missing = new Map(layout.asked.map((field) => [field, layout.columns[field] ?? '']))
  for await (const written of lines(text)) {
    line++
    if (written.trim() === '') continue
    const object = objectIn(written)
    if (typeof object === 'string') yield { line, fault: object }
    else {
      for (const [field, column] of missing) if (Object.hasOwn(object, column)) missing.delete(field)
      yield { line, ...rowOf(object, written, layout) }
    }
  }
  for (const [field, column] of missing)
    throw new BadFile(`no row has "${column}"; --column ${field}=... says which it is, or leave it out`)
}

async function* lines(text: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = ''
  let count = 1
  const bounded = (line: string): string => {
    if (line.length > LONGEST_ROW) throw new BadFile(`is longer than ${LONGEST_ROW} characters`, count)
    return line
  }
  for await (const chunk of text) {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) {
      yield bounded(part)
      count++
    }
    bounded(rest)
  }
  yield rest
}

type JsonObject = Record<string, unknown>

/** @returns the object, or what is wrong with it */
function objectIn(written: string): JsonObject | string {
  let object: unknown
  try {
    // Its message would quote the line.
    object = JSON.parse(written)
  } catch {
    return 'is no JSON'
  }
  return typeof object === 'object' && object !== null && !Array.isArray(object)
    ? (object as JsonObject)
    : 'is no JSON object'
}

function rowOf(
  object: JsonObject,
  written: string,
  { columns, needed }: Layout,
): { cells: Cells } | { fault: string } {
  const names = [...namesIn(written)]
  const cells: Cells = {}
  for (const [field, column] of Object.entries(columns) as [Field, string][]) {
    const value = Object.hasOwn(object, column) ? object[column] : undefined
    // The parser takes the last one, and nobody knows which was meant.
    if (names.indexOf(column) !== names.lastIndexOf(column)) return { fault: `names its ${field} twice` }
    const text = textOf(field, value)
    if (text === null) return { fault: `has a value in ${field} that is no text` }
    put(cells, field, text)
  }
  const missing = needed.find((field) => cells[field] === undefined)
  return missing === undefined ? { cells } : { fault: `has no ${missing}` }
}

/** null where it cannot be read as what the field holds. */
function textOf(field: Field, value: unknown): string | undefined | null {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return value
  if (typeof value === 'number') return ['created', 'expires', 'used'].includes(field) ? String(value) : null
  if (field === 'scopes' && Array.isArray(value) && value.every((one) => typeof one === 'string'))
    return value.join(' ')
  return field === 'metadata' ? written(value) : null
}

/** null where it nests so deep that it cannot be written again. */
function written(value: unknown): string | null {
  try {
    return JSON.stringify(value)
  } catch {
    return null
  }
}

/** The names in an object, those that stand there twice twice. @param json of an object, and well-formed */
function* namesIn(json: string): Generator<string> {
  let depth = 0
  let before = ''
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]/g)) {
    if (token === '{' || token === '[') depth++
    else if (token === '}' || token === ']') depth--
    else if (depth === 1 && token.startsWith('"') && before !== ':') yield JSON.parse(token) as string
    before = token
  }
}
