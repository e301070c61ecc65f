import { wanted } from './accept'
import { csvLine, CSV_TYPE } from './csv'
import { stillTaken } from './connections'
import { receivedOf } from './incoming'

type Value = string | number | boolean | null
/** A row of a table, and the same as it is in the list. */
export type ExportedRow = { flat: Readonly<Record<string, Value>>; whole: object }

/** The forms in which a list can be had as a whole, by the media type. */
const FORMS = ['application/json', 'text/csv', 'application/x-ndjson'] as const
type Form = Exclude<(typeof FORMS)[number], 'application/json'>

/** How a request wants a list as a whole; null: page by page. */
export function wantedExport(request: Request): Form | null {
  const form = wanted(request.headers.get('accept'), FORMS)
  return form === 'application/json' ? null : form
}

const TYPES: Record<Form, string> = { 'text/csv': CSV_TYPE, 'application/x-ndjson': 'application/x-ndjson' }

/**
 * A list as a whole, sent as it is read: the client takes a part before the next one is asked for. What goes
 * wrong on the way breaks the answer off, so that nobody takes a part for the whole.
 * @throws what reading the first part does: the answer has not begun
 */
export async function exported(
  request: Request,
  form: Form,
  parts: AsyncIterator<readonly ExportedRow[]>,
  headers: Record<string, string>,
): Promise<Response> {
  const message = receivedOf(request)?.message
  const encoder = new TextEncoder()
  let next: IteratorResult<readonly ExportedRow[]> | null = await parts.next()
  let begun = false
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const part = next ?? (await parts.next())
      next = null
      if (message) stillTaken(message)
      if (part.done) return controller.close()
      const text = textOf(form, part.value, !begun)
      begun = true
      // A part of no rows would not be pulled past.
      controller.enqueue(encoder.encode(text))
    },
    async cancel() {
      await parts.return?.()
    },
  })
  return new Response(body, { headers: { ...headers, 'content-type': TYPES[form], vary: 'accept' } })
}

function textOf(form: Form, rows: readonly ExportedRow[], first: boolean): string {
  if (form === 'application/x-ndjson') return rows.map(({ whole }) => `${JSON.stringify(whole)}\n`).join('')
  const [row] = rows
  const head = first && row ? csvLine(Object.keys(row.flat)) : ''
  return head + rows.map(({ flat }) => csvLine(Object.values(flat))).join('')
}
