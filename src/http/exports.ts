import { wanted } from './accept'
import { letCompress } from './compress'
import { csvLine, CSV_TYPE } from './csv'
import { stillTaken } from './connections'
import { receivedOf } from './incoming'

type Value = string | number | boolean | null
/** A row of a table, and the same as it is in the list. */
export type ExportedRow = { flat: Readonly<Record<string, Value>>; whole: object }

/** The media types in which a whole list can be had. */
const FORMS = ['application/json', 'text/csv', 'application/x-ndjson'] as const
type Form = Exclude<(typeof FORMS)[number], 'application/json'>

/** The form in which a request wants a whole list; null: page by page. */
export function wantedExport(request: Request): Form | null {
  const form = wanted(request.headers.get('accept'), FORMS)
  return form === 'application/json' ? null : form
}

const TYPES: Record<Form, string> = { 'text/csv': CSV_TYPE, 'application/x-ndjson': 'application/x-ndjson' }

/**
 * A whole list, sent as it is read: the next part is read when the client has taken the last one. If
 * something fails on the way, the answer breaks off, so that nobody mistakes a part for the whole.
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
      // The stream would not ask on after a part without rows.
      controller.enqueue(encoder.encode(text))
    },
    async cancel() {
      await parts.return?.()
    },
  })
  letCompress()
  return new Response(body, { headers: { ...headers, 'content-type': TYPES[form], vary: 'accept' } })
}

function textOf(form: Form, rows: readonly ExportedRow[], first: boolean): string {
  if (form === 'application/x-ndjson') return rows.map(({ whole }) => `${JSON.stringify(whole)}\n`).join('')
  const [row] = rows
  const head = first && row ? csvLine(Object.keys(row.flat)) : ''
  return head + rows.map(({ flat }) => csvLine(Object.values(flat))).join('')
}
