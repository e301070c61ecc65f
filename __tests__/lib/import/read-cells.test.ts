import { gzipSync } from 'node:zlib'
import { BadFile } from '@/lib/import/bad-file'
import type { FoundRow } from '@/lib/import/layout'
import { readCells } from '@/lib/import/read-cells'
import { readText } from '@/lib/import/read-text'

const COLUMNS = { token: 'token', owner: 'owner', name: 'name', scopes: 'scopes', metadata: 'metadata', created: 'created' } as const // prettier-ignore
const LAYOUT = { columns: COLUMNS, needed: ['token', 'owner'], asked: [], delimiter: ',' } as const

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(given: string | Buffer, size = 65_536, layout: object = {}): Promise<FoundRow[]> {
  const rows: FoundRow[] = []
  const bytes = typeof given === 'string' ? Buffer.from(given) : given
  for await (const row of readCells(readText(inPieces(bytes, size)), { ...LAYOUT, ...layout })) rows.push(row)
  return rows
}

const fault = (given: string | Buffer, layout?: object) =>
  read(given, 65_536, layout).then(
    (rows) => rows,
    (error: unknown) => (error instanceof BadFile ? error.message : error),
  )

const CSV = 'token,owner,name\nt1,a@b.test,"one, ""the first"""\nt2,a@b.test,zwei — Ä\n'
const ROWS = [
  { line: 2, cells: { token: 't1', owner: 'a@b.test', name: 'one, "the first"' } },
  { line: 3, cells: { token: 't2', owner: 'a@b.test', name: 'zwei — Ä' } },
]

it.each<[string, string | Buffer]>([
  ['a CSV', CSV],
  ['with line ends of Windows', CSV.replaceAll('\n', '\r\n')],
  ['with a byte order mark', `\ufeff${CSV}`],
  ['gzipped', gzipSync(CSV)],
  ['gzipped in two members', Buffer.concat([gzipSync(CSV.slice(0, 30)), gzipSync(CSV.slice(30))])],
  ['without a line end at its end', CSV.trimEnd()],
  ['with line ends of old Macs', CSV.replaceAll('\n', '\r')],
  ['with empty lines at its end', `${CSV}\r\n\n`],
  ['with space around values', CSV.replaceAll(',a@', ' , a@')],
])('reads %s, in pieces of any size', async (_, given) => {
  for (const size of [1, 2, 7, 65_536]) expect(await read(given, size)).toEqual(ROWS)
})

it('reads JSON lines: times as numbers, scopes as lists, metadata as objects', async () => {
  const object = { token: 't', owner: 'o', scopes: ['a:b', 'c:d'], created: 1700000000, metadata: { a: 1 }, more: [] } // prettier-ignore
  const cells = { token: 't', owner: 'o', scopes: 'a:b c:d', created: '1700000000', metadata: '{"a":1}' }
  expect(await read(`${JSON.stringify(object)}\n\n${JSON.stringify(object)}\n`, 3)).toEqual([
    { line: 1, cells },
    { line: 3, cells },
  ])
})

it('reads line breaks within quotes as part of a value; the line is the row’s last', async () => {
  for (const size of [1, 3, 65_536])
    expect(await read('token,owner,name\nt1,o,"two\nlines"\r\nt2,o,x\n', size)).toEqual([
      { line: 3, cells: { token: 't1', owner: 'o', name: 'two\nlines' } },
      { line: 4, cells: { token: 't2', owner: 'o', name: 'x' } },
    ])
})

it('finds no row in a file that has a header only', async () => {
  for (const given of ['token,owner', 'token,owner\r\n', gzipSync('token,owner\n')])
    expect(await read(given)).toEqual([])
})

it('reads JSON lines with a byte order mark and line ends of Windows', async () => {
  const line = JSON.stringify({ token: 't', owner: 'o' })
  for (const size of [1, 65_536])
    expect(await read(`\ufeff${line}\r\n${line}\r\n`, size)).toEqual([
      { line: 1, cells: { token: 't', owner: 'o' } },
      { line: 2, cells: { token: 't', owner: 'o' } },
    ])
})

it('passes over an object that says something twice, however it spells it', async () => {
  const good = '{"token":"t","owner":"o","more":{"token":"x","owner":"y"},"more":["owner",{"owner":1}]}'
  const twice = ['{"token":"t","owner":"a","owner":"b"}', '{"token":"t","own\\u0065r":"a","owner":"b"}', '{"token":"a", "x" : "},\\"" , "owner":"o","token":"b"}'] // prettier-ignore
  expect(await read([good, ...twice].join('\n'))).toEqual([
    { line: 1, cells: { token: 't', owner: 'o' } },
    { line: 2, fault: 'names its owner twice' },
    { line: 3, fault: 'names its owner twice' },
    { line: 4, fault: 'names its token twice' },
  ])
})

it('finds one bad row among 100,000', async () => {
  const lines = Array.from({ length: 100_000 }, (_, at) => (at === 77_777 ? 'no pair' : `t${at},o`))
  const rows = await read(`token,owner\n${lines.join('\n')}\n`)
  expect(rows).toHaveLength(100_000)
  expect(rows.filter((row) => 'fault' in row)).toEqual([{ line: 77_779, fault: 'has 1 values where the header names 2' }]) // prettier-ignore
})

it('takes nothing from the prototype, and passes over rows that are none', async () => {
  const rows = await read(
    [
      '{"token":"t","owner":"o","__proto__":{"name":"inherited"},"constructor":{"name":"x"}}',
      '{"__proto__":{"token":"t","owner":"o"}}',
      'no json: sk_secret',
      '[]',
      '{"token":5,"owner":"o"}',
      '{"token":"t","owner":{"a":1}}',
    ].join('\n'),
    65_536,
    { columns: { ...COLUMNS, metadata: '__proto__' } },
  )
  expect(rows).toEqual([
    { line: 1, cells: { token: 't', owner: 'o', metadata: '{"name":"inherited"}' } },
    { line: 2, fault: 'has no token' },
    { line: 3, fault: 'is no JSON' },
    { line: 4, fault: 'is no JSON object' },
    { line: 5, fault: 'has a value in token that is no text' },
    { line: 6, fault: 'has a value in owner that is no text' },
  ])
})

it('passes over metadata that nests as deep as a line can be, and goes on', async () => {
  const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`
  const lines = [`{"token":"t","owner":"o","metadata":${deep}}`, '{"token":"u","owner":"o"}']
  const [first, second] = await read(lines.join('\n'))
  expect(JSON.stringify(first).length).toBeLessThan(70_000)
  expect(second).toEqual({ line: 2, cells: { token: 'u', owner: 'o' } })
})

it('refuses a row with more or fewer values than the header names, and goes on', async () => {
  expect(await read('token,owner\na\nb,c,d\ne,f\n')).toEqual([
    { line: 2, fault: 'has 1 values where the header names 2' },
    { line: 3, fault: 'has 3 values where the header names 2' },
    { line: 4, cells: { token: 'e', owner: 'f' } },
  ])
})

const SECRET = 'acme_3b9f2c41d8e7a605'
const LONG = SECRET + 'x'.repeat(10_000_000)

it.each<[string, string | Buffer, RegExp, object?]>([
  ['nothing at all', '', /^is empty$/],
  ['nothing but space', '\n \n\t\n', /^is empty$/],
  ['an endless space', ' '.repeat(1_000_000), /begins with nothing but space/],
  ['a JSON array', `[{"token":"${SECRET}"}]`, /is a JSON array/],
  ['UTF-16', Buffer.from(`\ufeff${CSV}`, 'utf16le'), /is UTF-16; .*iconv -f UTF-16/],
  ['UTF-16 of the other order', Buffer.from(`\ufeff${CSV}`, 'utf16le').swap16(), /is UTF-16;/],
  ['UTF-16 without a mark', Buffer.from(CSV, 'utf16le'), /is UTF-16;/],
  ['the same of the other order', Buffer.from(CSV, 'utf16le').swap16(), /is UTF-16;/],
  ['UTF-16 in gzip', gzipSync(Buffer.from(`\ufeff${CSV}`, 'utf16le')), /is UTF-16;/],
  ['gzip within gzip', gzipSync(gzipSync(CSV)), /is gzipped twice/],
  [
    'gzip with something else behind it',
    Buffer.concat([gzipSync(CSV), Buffer.from(`${SECRET},o\n`)]),
    /is damaged gzip/,
  ],
  ['the first two bytes of gzip', gzipSync(CSV).subarray(0, 2), /is damaged gzip/],
  ['a spreadsheet', Buffer.from('504b0304140000000800', 'hex'), /is a zip archive or a spreadsheet/],
  ['zstd', Buffer.from('28b52ffd2400010000', 'hex'), /is compressed, and not by gzip/],
  ['xz', Buffer.from('fd377a585a000004e6d6b446', 'hex'), /is compressed, and not by gzip/],
  [
    'bzip2',
    Buffer.concat([Buffer.from('BZh91AY&SY'), Buffer.alloc(9, 200)]),
    /is compressed, and not by gzip/,
  ],
  ['Latin-1', Buffer.from('token,owner,name\nt,o,J\xf6rg\n', 'latin1'), /is not UTF-8 from line \d+ on/],
  ['cut off within a character', Buffer.from(CSV).subarray(0, -2), /is not UTF-8/],
  [
    'a header that is a row',
    `${SECRET},a@b.test\n`,
    /^line 1: the header line names no column "token"; --column token=/,
  ],
  [
    'a column twice',
    `token,owner,token\n${SECRET},o,x\n`,
    /^line 1: the header line names the column "token" twice/,
  ],
  [
    'a column that was asked for',
    `token,owner\n${SECRET},o\n`,
    /names no column "title"/,
    { columns: { ...COLUMNS, name: 'title' }, asked: ['name'] },
  ],
  ['quotes within a value', `token,owner\n${SECRET}"x,o\n`, /^line 2: has quotes in the middle of a value/],
  ['quotes that nobody closes', `token,owner\n"${SECRET},o\n`, /^line 2: the file ends within quotes/],
  [
    'something behind quotes',
    `token,owner\n"${SECRET}"x,o\n`,
    /^line 2: has something behind closing quotes/,
  ],
  ['a value of 10 MB', `token,owner\n${LONG},o\n`, /^line 2: is longer than 65536 characters/],
  ['an object of 10 MB', `{"token":"${LONG}"}\n`, /^line 1: is longer than 65536 characters/],
  [
    'an object of 10 MB among others',
    `{"token":"t","owner":"o"}\n{"token":"${LONG}"}\n{"token":"t","owner":"o"}\n`,
    /^line 2: is longer than 65536 characters/,
  ],
  [
    'an object that is somewhat too long',
    `{"token":"t","owner":"o"}\n{"token":"${SECRET}${'x'.repeat(66_000)}"}\n`,
    /^line 2: is longer than 65536 characters/,
  ],
  [
    'JSON lines of which none has a column that was asked for',
    `{"token":"${SECRET}","owner":"o"}\n`,
    /^no row has "title"; .*--column name/,
    { columns: { ...COLUMNS, name: 'title' }, asked: ['name'] },
  ],
  ['a header of 10 MB', `${LONG}\n`, /is longer than 65536 characters/],
  [
    'gzip that ends too early',
    gzipSync(CSV.repeat(100)).subarray(0, -20),
    /is damaged gzip, or ends too early/,
  ],
  [
    'gzip that is damaged',
    Buffer.concat([gzipSync(CSV).subarray(0, 30), Buffer.alloc(40, 7)]),
    /is damaged gzip/,
  ],
  [
    'a small gzip of one endless line',
    gzipSync(Buffer.alloc(50_000_000, 'x')),
    /is longer than 65536 characters|nothing but space/,
  ],
  ['a small gzip of zeros', gzipSync(Buffer.alloc(50_000_000)), /is longer than 65536 characters/],
])('stops at %s, with words that quote nothing of it', async (...[, given, expected, layout]) => {
  const message = await fault(given, layout)
  expect(message).toMatch(expected)
  expect(message).not.toContain(SECRET.slice(0, 8))
})
