import { connect } from 'node:net'
import { useDatabase } from '../support/club'
import { setScene, victimsHeaders, type Scene } from '../support/forgery'
import { useServer } from '../support/server'

const database = useDatabase()
const product = useServer(database.url)
let scene: Scene
let good: string
let forged: string[]
beforeAll(async () => {
  scene = await setScene()
  good = `Authorization: Bearer ${scene.caller.token}`
  forged = victimsHeaders(scene).map(([name, value]) => `${name}: ${value}`)
})

const LAST = 'Connection: close'
const request = (method: string, headers: readonly string[], body = '') =>
  `${method} /api/v1/whoami HTTP/1.1\r\nHost: localhost\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n${body}`
const get = (...headers: string[]) => request('GET', headers)

describe('G2: what travels on one connection stays one request each', () => {
  it.each<[string, () => string, number[]]>([
    ['a request without a key after one with', () => get(good) + get(LAST), [200, 401]],
    ['a request with a key after one without', () => get() + get(good, LAST), [401, 200]],
    ['forged headers after a good key', () => get(good) + get(...forged, LAST), [200, 401]],
    ['forged headers before a good key', () => get(...forged) + get(good, LAST), [401, 200]],
    [
      'a bad key between good ones',
      () => get(good) + get('Authorization: Bearer x') + get(good, LAST),
      [200, 401, 200],
    ],
    ['two clubs’ keys in turn', () => get(`X-API-Key: ${scene.victim.token}`) + get(good, LAST), [200, 200]],
  ])('pipelined: %s', async (_, bytes, expected) => {
    const answers = await talk(bytes())
    expect(statusesIn(answers)).toEqual(expected)
    const clubs = [...answers.matchAll(/"club":\{"id":"([^"]+)"/g)].map(([, id]) => id)
    expect(clubs).toHaveLength(expected.filter((status) => status === 200).length)
    // Whose key the last good request carried, whatever came before it.
    expect(clubs.at(-1)).toBe(scene.caller.clubId)
  })

  // A hundred such connections took the process's whole memory.
  it('sends a few requests ahead, and is closed with thousands', async () => {
    expect(statusesIn(await talk(get(good).repeat(9) + get(good, LAST)))).toEqual(Array(10).fill(200))
    const flood = await talk(get(good).repeat(5_000) + get(good, LAST)).catch(() => '')
    expect(statusesIn(flood).length).toBeLessThanOrEqual(10)
    expect(statusesIn(await talk(get(good, LAST)))).toEqual([200])
  })

  const hidden = () => get(good, LAST)
  const post = (...headers: string[]) => request('POST', headers, `0\r\n\r\n${hidden()}`)
  it.each<[string, () => string, number[]]>([
    ['both lengths', () => post('Content-Length: 5', 'Transfer-Encoding: chunked'), [400]],
    [
      'both lengths, the other way round',
      () => post('Transfer-Encoding: chunked', 'Content-Length: 5'),
      [400],
    ],
    ['two lengths', () => post('Content-Length: 5', 'Content-Length: 9'), [400]],
    ['the same length twice', () => post('Content-Length: 5', 'Content-Length: 5'), [400]],
    ['a list of lengths', () => post('Content-Length: 5, 5'), [400]],
    ['a signed length', () => post('Content-Length: +5'), [400]],
    ['a length in hexadecimal', () => post('Content-Length: 0x5'), [400]],
    ['a length beyond all numbers', () => post('Content-Length: 99999999999999999999999'), [400]],
    ['an unknown coding', () => post('Transfer-Encoding: xchunked'), [400]],
    ['a coding after chunked', () => post('Transfer-Encoding: chunked, identity'), [400]],
    ['chunked twice', () => post('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'), [400]],
    ['chunked behind a tab', () => post('Transfer-Encoding:\x0bchunked'), [400]],
    ['a space before the colon', () => post('Transfer-Encoding : chunked'), [400]],
    ['a line feed in a header', () => post('X-Note: 1\nTransfer-Encoding: chunked'), [400]],
    ['a header folded into the next', () => get('X-Note: 1\r\n x-api-key-club-id: 1', LAST), [400]],
    ['lines that end in line feeds', () => get(good, LAST).replaceAll('\r\n', '\n'), [400]],
    [
      'a chunk with a broken extension',
      () => request('POST', ['Transfer-Encoding: chunked'], `1;x=\n\r\nx\r\n0\r\n\r\n${hidden()}`),
      [400],
    ],
    [
      'a POST whose body is a request',
      () => request('POST', [`Content-Length: ${hidden().length}`, LAST], hidden()),
      [401],
    ],
    [
      'a GET whose body is a request',
      () => request('GET', [`Content-Length: ${hidden().length}`, LAST], hidden()),
      [401],
    ],
  ])('smuggled: %s', async (_, bytes, expected) => {
    expect(statusesIn(await talk(bytes()))).toEqual(expected)
  })

  it('a trailer is no header: neither a key nor an identity comes after the body', async () => {
    const chunked = ['Transfer-Encoding: chunked', 'Trailer: authorization, x-api-key-club-id', LAST]
    const body = (...trailers: string[]) => `1\r\nx\r\n0\r\n${[...trailers, ...forged].join('\r\n')}\r\n\r\n`
    expect(statusesIn(await talk(request('GET', chunked, body(good))))).toEqual([401])
    const answer = await talk(
      request('GET', [good, ...chunked], body(`Authorization: Bearer ${scene.victim.token}`)),
    )
    expect(statusesIn(answer)).toEqual([200])
    expect(answer).toContain(scene.caller.clubId)
    expect(answer).not.toContain(scene.victim.clubId)
  })

  it('older and newer versions of HTTP get no other rules', async () => {
    const as = (version: string, ...headers: string[]) => get(...headers, LAST).replace('HTTP/1.1', version)
    expect(statusesIn(await talk(as('HTTP/1.0', ...forged)))).toEqual([401])
    expect(statusesIn(await talk(as('HTTP/1.0', good, ...forged)))).toEqual([200])
    expect(statusesIn(await talk(as('HTTP/2.0', ...forged)))).toEqual([401])
    expect(statusesIn(await talk(as('HTTP/1.2', good)))).toEqual([400])
    expect(statusesIn(await talk('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'))).toEqual([400])
    expect(statusesIn(await talk(get(good, LAST).replace('Host: localhost\r\n', '')))).toEqual([400])
    expect(await talk('CONNECT /api/v1/whoami HTTP/1.1\r\nHost: localhost\r\n\r\n')).toBe('')
  })

  it('more headers than Node reads hide no second credential', async () => {
    const between = (count: number) =>
      get(
        good,
        ...Array.from({ length: count }, () => 'a:'),
        `Authorization: Bearer ${scene.victim.token}`,
        LAST,
      )
    const statuses = [900, 1_100, 2_100].map(async (count) => statusesIn(await talk(between(count))))
    expect(await Promise.all(statuses)).toEqual([[400], [431], [431]])
  })
})

/** Everything the server says to these bytes until it closes the connection. */
function talk(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const heard: Buffer[] = []
    const socket = connect(product().port, '127.0.0.1', () => socket.write(Buffer.from(bytes, 'latin1')))
    socket.setTimeout(10_000, () => socket.destroy(new Error('the server did not close the connection')))
    socket.on('data', (chunk) => heard.push(chunk))
    socket.on('error', (error) => (heard.length > 0 ? socket.destroy() : reject(error)))
    socket.on('close', () => resolve(Buffer.concat(heard).toString('latin1')))
  })
}

const statusesIn = (answers: string) =>
  [...answers.matchAll(/^HTTP\/1\.[01] (\d{3})/gm)].map(([, status]) => Number(status))
