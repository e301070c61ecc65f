type Value = string | number | boolean | null

/** A spreadsheet runs a text that begins like this as a formula (OWASP, CSV injection). */
const FORMULA = /^[\s\p{Cf}]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/u

/**
 * A line of a CSV file (RFC 4180), with its CRLF. A text that could run as a formula gets a `'` before it.
 */
export const csvLine = (values: readonly Value[]): string => `${values.map(cell).join(',')}\r\n`

function cell(value: Value): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  const text = FORMULA.test(value) ? `'${value}` : value
  return /[",\r\n;\t']|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** A whole file: the names of the fields, then a line for each row. All rows have the fields of the first. */
export function csvOf(rows: readonly Readonly<Record<string, Value>>[]): string {
  const [first] = rows
  return first ? csvLine(Object.keys(first)) + rows.map((row) => csvLine(Object.values(row))).join('') : ''
}

export const CSV_TYPE = 'text/csv; charset=utf-8'
