import type { z } from 'zod'
import type { Operation } from '@/contracts/operation'
import { authenticate } from '@/http/authenticate'
import { refusePastedTokens } from '@/lib/auth/pasted-token'
import { redact } from '@/lib/redact'
import { operations } from '../support/tenancy'

// An expression that backtracks takes seconds for a text of a few KiB, and the process serves nobody
// meanwhile.

/** What a body and what all headers together may hold. */
const BODY_BYTES = 64 * 1024
const HEADER_BYTES = 15 * 1024
/**
 * Reading through the text takes about 1 ms; backtracking over it takes thousands. The rest is for a slow
 * machine.
 */
const MOST_MS = 50
const TRIES = 3

/**
 * Pieces that make the usual expressions (words, numbers, addresses, dates, lists, quotes) begin to match,
 * over and over, and never end.
 */
const PIECES = [
  'a', 'A', '0', ' ', '\t', '-', '.', ':', '/', '\\', '"', ',', '=', '@', '%', '[', '{',
  'a.', 'a@', 'a@a.', '1.', '1.1.1.1,', '::', 'ffff:', '0000-', '2027-01-01T', '00:', 'a=a;', 'a, ', 'sk_', 'sk_club_', 'sk_club_a',
  'cookie=', 'cookie="', 'cookie:\\"', "authorization: '", 'authorization\\', 'Bearer ', 'x-api-key=[', '\\"', '\\\\"', '%25', 'é', '\u{1F600}', '\ud800',
] // prettier-ignore
const ENDS = ['', '!', '\n', ' ', '\u0000']

function* texts(bytes: number): Generator<string> {
  for (const piece of PIECES)
    for (const end of ENDS) yield piece.repeat(Math.floor(bytes / Buffer.byteLength(piece))) + end
}

/**
 * The shortest of a few tries, by this thread's own CPU time: what else the machine did is not the text's
 * fault.
 */
async function leastMs(act: () => unknown): Promise<number> {
  let least = Infinity
  for (let i = 0; i < TRIES && least > MOST_MS; i++) {
    const started = process.threadCpuUsage()
    await act()
    const { user, system } = process.threadCpuUsage(started)
    least = Math.min(least, (user + system) / 1_000)
  }
  return least
}

async function slow(bytes: number, act: (text: string) => unknown): Promise<string[]> {
  const found: string[] = []
  for (const text of texts(bytes)) {
    const ms = await leastMs(() => act(text))
    if (ms > MOST_MS)
      found.push(
        `${JSON.stringify(text.slice(0, 20))}… ${JSON.stringify(text.slice(-1))}: ${Math.round(ms)} ms`,
      )
  }
  return found
}

type Schema = z.ZodType & { shape?: Record<string, unknown> }
const schemas = Object.entries(operations).flatMap(([name, { params, query, body }]: [string, Operation]) =>
  Object.entries({ params, query, body }).flatMap(([part, schema]) => {
    // The path and the query stand among the headers.
    const bytes = part === 'body' ? BODY_BYTES : HEADER_BYTES
    return schema ? [[`${name} ${part}`, schema as Schema, bytes] as const] : []
  }),
)

describe('G12: no input takes long to refuse', () => {
  it.each(schemas)('%s', async (_, schema, bytes) => {
    for (const field of Object.keys(schema.shape ?? {})) {
      expect(await slow(bytes, (text) => schema.safeParse({ [field]: text }))).toEqual([])
    }
    expect(await slow(bytes, (text) => schema.safeParse({ [text]: text }))).toEqual([])
  })

  it('lists as long as a body holds, in every field', async () => {
    const long = Array.from({ length: BODY_BYTES / 4 }, () => 'a')
    const names = Object.fromEntries(Array.from({ length: BODY_BYTES / 10 }, (_, i) => [`n${i}`, 'a']))
    for (const [name, schema, bytes] of schemas)
      for (const field of bytes === BODY_BYTES ? Object.keys(schema.shape ?? {}) : [])
        for (const value of [long, names])
          expect({
            name,
            field,
            slow: (await leastMs(() => schema.safeParse({ [field]: value }))) > 4 * MOST_MS,
          }).toMatchObject({
            slow: false,
          })
  })

  it('the search for pasted keys, and the redactor of the log', async () => {
    expect(await slow(BODY_BYTES, redact)).toEqual([])
    expect(await slow(BODY_BYTES, (text) => refusePastedTokens({ text }))).toEqual([])
  })

  it.each([
    'authorization',
    'x-api-key',
    'cookie',
    'x-forwarded-for',
    'x-api-key-context',
    'x-club',
    'origin',
    'content-type',
    'x-clubkeys-peer',
  ])('the header %s', async (header) => {
    const sent = (text: string) => text.replace(/[^\t\x20-\x7e]/g, '')
    // A token with a bad checksum asks no database.
    const credential =
      header === 'authorization' || header === 'x-api-key' ? {} : { authorization: 'Bearer sk_club_x' }
    const present = (text: string) =>
      authenticate(request('/api/v1/whoami', { ...credential, [header]: sent(text) }))
    expect(await slow(HEADER_BYTES, present)).toEqual([])
  })

  it('the path and the query', async () => {
    const safe = (text: string) => encodeURI(text.replace(/[^\x20-\x7e]/g, ''))
    const ask = (path: string) => authenticate(request(path, { authorization: 'Bearer sk_club_x' }))
    expect(await slow(HEADER_BYTES, (text) => ask(`/api/v1/${safe(text)}`))).toEqual([])
    expect(await slow(HEADER_BYTES, (text) => ask(`/api/v1/practices?${safe(text)}`))).toEqual([])
  })
})

const request = (path: string, headers: Record<string, string>) =>
  new Request(new URL(path, 'http://localhost'), { headers })
