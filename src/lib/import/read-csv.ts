import { pipeline, Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { BadFile } from './bad-file'
import { LONGEST_ROW, put, type FoundRow, type Layout } from './layout'
import type { Cells, Field } from './row'

type Parsed = { info: { lines: number }; record: string[] }

/** The parser's own messages quote the cell. */
const FAULTS: Record<string, string> = {
  CSV_MAX_RECORD_SIZE: `is longer than ${LONGEST_ROW} characters, or opens quotes that nobody closes`,
  CSV_QUOTE_NOT_CLOSED: 'the file ends within quotes',
  INVALID_OPENING_QUOTE:
    'has quotes in the middle of a value; a quote within a value is written twice, in quotes',
  CSV_INVALID_CLOSING_QUOTE: 'has something behind closing quotes',
}

/** RFC 4180: a header line, quotes, line ends of either kind. @throws BadFile */
export async function* readCsv(text: AsyncIterable<string>, layout: Layout): AsyncGenerator<FoundRow> {
  const parser = parse({
    delimiter: layout.delimiter,
    info: true,
    max_record_size: LONGEST_ROW,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
  })
  // The code that reads from the parser sees what fails.
  pipeline(Readable.from(text), parser, () => {})
  let places: [Field, number][] | null = null
  let width = 0
  try {
    for await (const { info, record } of parser as AsyncIterable<Parsed>) {
      if (places === null) {
        places = placesIn(record, layout)
        width = record.length
      } else if (record.length !== width)
        yield { line: info.lines, fault: `has ${record.length} values where the header names ${width}` }
      else yield { line: info.lines, cells: cellsOf(record, places) }
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const line = (error as CsvError & { lines?: number }).lines ?? null
    throw new BadFile(FAULTS[error.code] ?? 'is no CSV', line)
  }
}

/**
 * Where each field stands. The header may be a row of tokens, where somebody left it out: it is not quoted.
 */
function placesIn(header: readonly string[], { columns, needed, asked }: Layout): [Field, number][] {
  const names = header.map((name) => name.trim())
  return (Object.entries(columns) as [Field, string][]).flatMap(([field, column]) => {
    const at = names.indexOf(column)
    if (at === -1) {
      if (needed.includes(field) || asked.includes(field))
        throw new BadFile(
          `the header line names no column "${column}"; --column ${field}=... says which it is`,
          1,
        )
      return []
    }
    if (names.indexOf(column, at + 1) !== -1)
      throw new BadFile(`the header line names the column "${column}" twice`, 1)
    return [[field, at] as [Field, number]]
  })
}

function cellsOf(record: readonly string[], places: readonly [Field, number][]): Cells {
  const cells: Cells = {}
  for (const [field, at] of places) put(cells, field, record[at])
  return cells
}
