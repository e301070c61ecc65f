import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { expectNamed, expectProblem } from '../support/answers'
import { useDatabase } from '../support/club'
import { bodyOf, fixtureOf, targetFor, useCallers } from '../support/fixtures'
import { bodies, jsonText } from '../support/input'
import { requestBytes, type RawRequest } from '../support/raw-http'
import { useRows } from '../support/rows'
import { useServer } from '../support/server'

const database = useDatabase()
const server = useServer(database.url)
const rows = useRows(database.directUrl)

const MAX = 64 * 1024
const JSON_TYPE: [string, string] = ['Content-Type', 'application/json']
const GOOD = fixtureOf('createPractice').bodies.createPractice
const chunk = (bytes: string | Buffer) =>
  Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), Buffer.from(bytes), Buffer.from('\r\n')])
const chunked = (...parts: (string | Buffer)[]) =>
  Buffer.concat([...parts.map(chunk), Buffer.from('0\r\n\r\n')])
const padded = (body: string, size: number) => body + ' '.repeat(size - Buffer.byteLength(body))

const callerOf = useCallers()
const keyOf = async (name: string): Promise<[string, string]> => [
  'Authorization',
  `Bearer ${(await callerOf(name)).token}`,
]

/** What is no JSON text in UTF-8 (RFC 8259), or no object. */
const NOT_AN_OBJECT: [string, string | Buffer][] = [
  ['null', 'null'],
  ['a string', '"x"'],
  ['a number', '1'],
  ['a boolean', 'true'],
  ['an array', '[]'],
  ['an array of bodies', '[{"name":"x"},{"title":"x"}]'],
  ['white space', ' \r\n\t'],
  ['nothing but a byte order mark', '\ufeff'],
  ['a truncated object', '{"name":"x'],
  ['two objects', '{}{}'],
  ['a trailing comma', '{"name":"x",}'],
  ['a comment', '{/* x */}'],
  ['single quotes', "{'name':'x'}"],
  ['NaN', '{"name":NaN}'],
  ['hexadecimal', '{"name":0x10}'],
  ['a raw control character', '{"name":"a\u0001"}'],
  ['a raw line break', '{"name":"a\nb"}'],
  ['a bad escape', '{"name":"\\x41"}'],
  ['half an escape', '{"name":"\\u00"}'],
  ['a form', 'name=x&scopes=practices%3Aread'],
  ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
  ['overlong UTF-8', Buffer.from([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d])],
  ['a surrogate in UTF-8', Buffer.from([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d])],
  ['UTF-16', Buffer.from('{"name":"x"}', 'utf16le')],
  ['gzip', Buffer.from('1f8b0800000000000003ab5654aa56b2525002007a5c0d4e0a000000', 'hex')],
  ['10,000 arrays in one another', '['.repeat(10_000) + ']'.repeat(10_000)],
  ['32,000 arrays in one another', '['.repeat(32_000) + ']'.repeat(32_000)],
  ['10,000 objects in one another', '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000)],
  ['10,000 arrays never closed', '['.repeat(10_000)],
]

/** Frames that no HTTP server may pass on: Node ends the connection itself (RFC 9112 §6.3). */
const BROKEN_FRAMES: [string, [string, string][], string][] = [
  ['a length and chunks', [['Content-Length', '2'], ['Transfer-Encoding', 'chunked']], '2\r\n{}\r\n0\r\n\r\n'],
  ['two lengths', [['Content-Length', '2'], ['Content-Length', '3']], '{}'],
  ['a negative length', [['Content-Length', '-1']], '{}'],
  ['a hexadecimal length', [['Content-Length', '0x2']], '{}'],
  ['a length beyond numbers', [['Content-Length', '99999999999999999999']], '{}'],
  ['a chunk without a size', [['Transfer-Encoding', 'chunked']], 'zz\r\n{}\r\n0\r\n\r\n'],
  ['an unknown coding', [['Transfer-Encoding', 'chunked, identity']], '2\r\n{}\r\n0\r\n\r\n'],
] // prettier-ignore

describe.each(bodies)('G12: $name', ({ name, operation }) => {
  let key: [string, string]
  let path: string
  let [good, bad] = ['', '']
  let before: string[]
  beforeAll(async () => {
    const { member } = await callerOf(name)
    key = await keyOf(name)
    path = await targetFor(name, operation, member)
    good = jsonText({ ...(await bodyOf(name, member)) })
    bad = good.replace('{', '{"x":1,')
    before = await rows.all()
  })
  afterEach(async () => expect(await rows.all()).toEqual(before))

  const send = (given: Partial<RawRequest>) =>
    server().send({
      method: operation.method,
      path,
      ...given,
      headers: [key, ...(given.headers ?? [JSON_TYPE])],
    })

  it.each(NOT_AN_OBJECT)('refuses %s', async (_, body) => {
    const { errors } = expectProblem(await send({ body }), 'validation_failed')
    expect(errors).toContainEqual({ path: '', message: expect.any(String) })
  })

  it('refuses a deep tree in each of its fields, too', async () => {
    for (const field of Object.keys(JSON.parse(good) as object)) {
      const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`
      expectProblem(await send({ body: `{${JSON.stringify(field)}:${deep}}` }), 'validation_failed')
    }
  })

  it('needs a body, unless it may be left out', async () => {
    if (operation.bodyOptional) return
    expectProblem(await send({}), 'validation_failed')
    expectProblem(await send({ headers: [] }), 'validation_failed')
  })

  it.each([
    [],
    [['Content-Type', 'text/plain']],
    [['Content-Type', '']],
    [['Content-Type', 'application/jsonx']],
    [['Content-Type', 'application/problem+json']],
    [['Content-Type', 'application/json, text/plain']],
    [['Content-Type', 'application/x-www-form-urlencoded']],
    [['Content-Type', 'multipart/form-data; boundary=application/json']],
    [['Content-Type', 'json']],
    [['X-Content-Type', 'application/json']],
  ] as [string, string][][])('takes JSON alone: %j', async (...headers) => {
    expectProblem(await send({ headers, body: good }), 'unsupported_media_type')
  })

  it.each(['gzip', 'br', 'deflate', 'GZIP', 'x', '', 'identity, gzip', 'aws-chunked'])(
    'refuses a Content-Encoding, lying or not: %j',
    async (coding) => {
      const headers: [string, string][] = [JSON_TYPE, ['Content-Encoding', coding]]
      for (const body of [good, gzipSync(good), '']) {
        const answer = await send({ headers, body })
        expectProblem(answer, 'unsupported_media_type')
        expect(answer.headers['accept-encoding']).toBe('identity')
      }
    },
  )

  it.each(['identity', 'Identity', ' identity , identity'])('reads a body under %j', async (coding) =>
    expectNamed(await send({ headers: [JSON_TYPE, ['Content-Encoding', coding]], body: bad }), 'x'),
  )

  it.each([
    'application/json',
    'APPLICATION/JSON',
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8',
    ' application/json ; v=1',
  ])('reads JSON under %j', async (type) =>
    expectNamed(await send({ headers: [['Content-Type', type]], body: bad }), 'x'),
  )

  it('reads a body of exactly 64 KiB and refuses one byte more, however it comes', async () => {
    const [fits, over] = [padded(bad, MAX), padded(bad, MAX + 1)]
    const asChunks = { headers: [JSON_TYPE, ['Transfer-Encoding', 'chunked']] as [string, string][] }
    expectNamed(await send({ body: fits }), 'x')
    expectNamed(await send({ ...asChunks, body: chunked(fits.slice(0, 30_000), fits.slice(30_000)) }), 'x')
    expectProblem(await send({ body: over }), 'payload_too_large')
    expectProblem(await send({ ...asChunks, body: chunked(over) }), 'payload_too_large')
    expectProblem(
      await send({ ...asChunks, body: chunked(...Array<string>(7).fill(' '.repeat(10_000)), good) }),
      'payload_too_large',
    )
  })

  // Behind middleware the framework hands on the first 10 MB alone: a good body followed by blanks would
  // pass, cut.
  it.each([9, 11])('refuses %i MB that begin with a good body, however they come', async (size) => {
    const body = padded(good, size * 1024 * 1024)
    expectProblem(await send({ body }), 'payload_too_large')
    const parts = Array.from({ length: size * 16 }, (_, i) => body.slice(i * MAX, (i + 1) * MAX))
    expectProblem(
      await send({ headers: [JSON_TYPE, ['Transfer-Encoding', 'chunked']], body: chunked(...parts) }),
      'payload_too_large',
    )
  })

  it.each(BROKEN_FRAMES)('never sees %s', async (_, headers, body) => {
    expect(await send({ headers: [JSON_TYPE, ...headers], body })).toMatchObject({ status: 400, body: '' })
  })

  it('does nothing for a body shorter than it claims', async () => {
    const bytes = requestBytes({
      method: operation.method,
      path,
      headers: [key, JSON_TYPE, ['Content-Length', String(good.length + 10)]],
      body: good,
    })
    expect(await endAfter(bytes)).toMatch(/^HTTP\/1.1 400 /)
  })

  it('does nothing for a body longer than it claims, and reads no second request out of it', async () => {
    const answer = await send({ headers: [JSON_TYPE, ['Content-Length', '1']], body: good })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
  })
})

describe('G12: a body that takes its time', () => {
  const path = '/api/v1/practices'
  const body = jsonText({ ...GOOD, title: 'in pieces 😀' })
  let key: [string, string]
  beforeAll(async () => {
    key = await keyOf('createPractice')
  })
  const open = (headers: [string, string][]) => {
    const socket = connect(server().port, '127.0.0.1')
    socket.write(requestBytes({ method: 'POST', path, headers: [key, JSON_TYPE, ...headers] }))
    return socket
  }

  it('is taken whole, even when its characters come apart', async () => {
    const bytes = Buffer.from(body)
    const socket = open([['Content-Length', String(bytes.length)]])
    for (let at = 0; at < bytes.length; at += 8) {
      socket.write(bytes.subarray(at, at + 8))
      await sleep(10)
    }
    expect(await text(socket)).toMatch(/^HTTP\/1.1 201 [^]*in pieces 😀/)
  })

  it('holds up nobody else', async () => {
    const sockets = Array.from({ length: 20 }, () => open([['Content-Length', '100']]))
    sockets.forEach((socket) => socket.write('{"title":'))
    const started = Date.now()
    expect((await server().send({ path: '/api/v1/whoami', headers: [key] })).status).toBe(200)
    expect(Date.now() - started).toBeLessThan(1_000)
    sockets.forEach((socket) => socket.destroy())
  })

  it('leaves nothing behind, and no server error on record, when it breaks off', async () => {
    const before = await rows.all()
    const socket: Socket = open([['Content-Length', '100']])
    socket.write('{"title":"x","startsAt":"2027')
    await sleep(100)
    socket.destroy()
    await sleep(200)
    expect((await server().send({ path: '/api/v1/whoami', headers: [key] })).status).toBe(200)
    expect(await rows.all()).toEqual(before)
    expect(server().output()).not.toMatch(/unexpected error|the database did not answer/)
  })
})

describe('JSON that says one thing twice, or hides it', () => {
  let key: [string, string]
  beforeAll(async () => {
    key = await keyOf('createPractice')
  })
  const send = async (body: string | Buffer) =>
    (
      await server().send({ method: 'POST', path: '/api/v1/practices', headers: [key, JSON_TYPE], body })
    ).json()

  it.each([
    ['title', '{"title":"first","startsAt":"2027-01-01T10:00:00Z","title":"last"}'],
    ['title', '{"title":"same","startsAt":"2027-01-01T10:00:00Z","title":"same"}'],
    ['title', '{"title":"first","startsAt":"2027-01-01T10:00:00Z","\\u0074itle":"last"}'],
    ['notes.a', '{"title":"x","startsAt":"2027-01-01T10:00:00Z","notes":{"a":1,"a":2}}'],
    ['x', '{"x":1,"x":2}'],
  ])('refuses two equal names, and names them: %s', async (field, body) => {
    expect(await send(body)).toMatchObject({
      status: 422,
      errors: [{ path: field, message: 'is given twice' }],
    })
  })

  it('ignores a byte order mark, as RFC 8259 §8.1 allows', async () => {
    expect(await send(`\ufeff${jsonText({ ...GOOD, title: 'marked' })}`)).toMatchObject({
      title: 'marked',
    })
  })
})

/** Sends, ends our side of the connection, and reads what comes back. */
function endAfter(bytes: Buffer): Promise<string> {
  const socket = connect({ port: server().port, host: '127.0.0.1' }, () => socket.end(bytes))
  return text(socket)
}
