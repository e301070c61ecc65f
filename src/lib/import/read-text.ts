import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { BadFile } from './bad-file'
import { LONGEST_MARK, otherFormatOf } from './other-formats'

type Bytes = AsyncIterable<Uint8Array, void>

/** UTF-8 text out of a stream of bytes, gzipped or not, without a byte order mark. @throws BadFile */
export async function* readText(bytes: Bytes): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let line = 1
  for await (const chunk of textual(unzipped(bytes))) {
    const text = decode(decoder, line, chunk)
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) line++
    yield text
  }
  yield decode(decoder, line)
}

/** A chunk may hold many lines: the place is where its first one begins, or after. */
function decode(decoder: TextDecoder, line: number, chunk?: Uint8Array): string {
  try {
    return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode()
  } catch {
    throw new BadFile(`is not UTF-8 from line ${line} on or later; convert it first (iconv -t UTF-8)`)
  }
}

const isGzip = (chunk: Uint8Array): boolean => chunk[0] === 0x1f && chunk[1] === 0x8b

async function* unzipped(bytes: Bytes): AsyncGenerator<Uint8Array, void> {
  const { head, whole } = await begin(bytes)
  if (!isGzip(head)) {
    yield* whole
    return
  }
  const gunzip = createGunzip()
  const source = Readable.from(whole)
  source.once('error', (error) => gunzip.destroy(error)).pipe(gunzip)
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) yield chunk
  } catch (error) {
    if (/^Z_/.test(String((error as { code?: unknown }).code)))
      throw new BadFile('is damaged gzip, or ends too early')
    throw error
  } finally {
    source.destroy()
    gunzip.destroy()
  }
}

/** @throws BadFile for what begins as something else does */
async function* textual(bytes: Bytes): AsyncGenerator<Uint8Array, void> {
  const { head, whole } = await begin(bytes)
  const other = isGzip(head) ? 'is gzipped twice; unzip it first (gunzip)' : otherFormatOf(head)
  if (other !== null) {
    await whole.return()
    throw new BadFile(other)
  }
  yield* whole
}

/** Its first bytes, of which a pipe may give one alone, and all of it. */
async function begin(bytes: Bytes): Promise<{ head: Uint8Array; whole: AsyncGenerator<Uint8Array, void> }> {
  const reader = bytes[Symbol.asyncIterator]()
  let head: Uint8Array = Buffer.alloc(0)
  while (head.length < LONGEST_MARK) {
    const next = await reader.next()
    if (next.done) break
    head = Buffer.concat([head, next.value])
  }
  return { head, whole: again(head, reader) }
}

async function* again(
  head: Uint8Array,
  reader: AsyncIterator<Uint8Array, void>,
): AsyncGenerator<Uint8Array, void> {
  try {
    yield head
    for (let next = await reader.next(); !next.done; next = await reader.next()) yield next.value
  } finally {
    await reader.return?.()
  }
}
