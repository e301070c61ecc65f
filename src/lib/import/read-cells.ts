import { BadFile } from './bad-file'
import { LONGEST_ROW, type FoundRow, type Layout } from './layout'
import { readCsv } from './read-csv'
import { readJsonLines } from './read-json-lines'

/** The rows of a CSV with a header line, or of JSON lines: told apart by how they begin. @throws BadFile */
export async function* readCells(text: AsyncIterable<string>, layout: Layout): AsyncGenerator<FoundRow> {
  const reader = text[Symbol.asyncIterator]()
  let head = ''
  for (let next = await reader.next(); !next.done; next = await reader.next()) {
    head += next.value
    if (/\S/.test(head)) break
    if (head.length > LONGEST_ROW) throw new BadFile('begins with nothing but space')
  }
  const first = head.trimStart().charAt(0)
  if (first === '') throw new BadFile('is empty')
  if (first === '[')
    throw new BadFile('is a JSON array; give it as JSON lines, one object a line (jq -c ".[]")')
  yield* (first === '{' ? readJsonLines : readCsv)(again(head, reader), layout)
}

async function* again(head: string, reader: AsyncIterator<string>): AsyncGenerator<string> {
  try {
    yield head
    for (let next = await reader.next(); !next.done; next = await reader.next()) yield next.value
  } finally {
    await reader.return?.()
  }
}
