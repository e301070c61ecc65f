import { BadFile } from './bad-file'
import { LONGEST_ROW, put, type FoundRow, type Layout } from './layout'
import type { Cells, Field } from './row'

/** One JSON object a line. @throws BadFile for a line without an end */
export async function* readJsonLines(text: AsyncIterable<string>, layout: Layout): AsyncGenerator<FoundRow> {
  let line = 0
  for await (const written of lines(text)) {
    line++
    if (written.trim() !== '') yield { line, ...rowOf(written, layout) }
  }
}

async function* lines(text: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = ''
  let count = 1
  for await (const chunk of text) {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop() ?? ''
    count += parts.length
    if (rest.length > LONGEST_ROW) throw new BadFile(`is longer than ${LONGEST_ROW} characters`, count)
    yield* parts
  }
  yield rest
}

function rowOf(written: string, { columns, needed }: Layout): { cells: Cells } | { fault: string } {
  if (written.length > LONGEST_ROW) return { fault: `is longer than ${LONGEST_ROW} characters` }
  let object: unknown
  try {
    // Its message would quote the line.
    object = JSON.parse(written)
  } catch {
    return { fault: 'is no JSON' }
  }
  if (typeof object !== 'object' || object === null || Array.isArray(object))
    return { fault: 'is no JSON object' }
  const cells: Cells = {}
  for (const [field, column] of Object.entries(columns) as [Field, string][]) {
    const value: unknown = Object.hasOwn(object, column)
      ? (object as Record<string, unknown>)[column]
      : undefined
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
  return field === 'metadata' ? JSON.stringify(value) : null
}
