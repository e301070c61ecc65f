import { writeToMessage } from '@/http/hand-on'
import { receivedOf } from '@/http/incoming'
import { messageOf, receiving } from '../support/received'

const mine = { authorization: 'Bearer mine' }
const request = (headers: Record<string, string>, method = 'GET') =>
  new Request('http://localhost/api/v1/whoami', { method, headers })

/** As the door does with the message that a request was made of. */
const handOnTo = (to: Request, headers: Record<string, string>): boolean =>
  writeToMessage({ received: receivedOf(to), method: to.method }, headers)

it.each(['*', '*:99999/', '*%', '*['])('a target that is no path is one that is not there: %s', (url) => {
  const incoming = messageOf({ url })
  receiving(incoming, () => undefined)
  expect(incoming.url).toBe('/*')
})

describe('G2: what is handed on to a handler', () => {
  it('stands on the message that the handler reads', () => {
    const incoming = messageOf({ headers: mine })
    expect(receiving(incoming, () => handOnTo(request(mine), { 'x-auth-type': 'api-key' }))).toBe(true)
    expect(incoming.headers).toEqual({ ...mine, 'x-auth-type': 'api-key' })
  })

  it.each<[string, Request]>([
    ['another token', request({ authorization: 'Bearer another' })],
    ['the token under another header', request({ 'x-api-key': 'mine' })],
    ['one more credential', request({ ...mine, 'x-api-key': 'mine' })],
    ['no credential', request({})],
    ['another method', request(mine, 'POST')],
  ])('is written to no message of another request: %s', (_, other) => {
    const incoming = messageOf({ headers: mine })
    expect(receiving(incoming, () => handOnTo(other, { 'x-auth-type': 'api-key' }))).toBe(false)
    expect(incoming.headers).toEqual(mine)
  })

  it('is not written where the framework carries a trace on: it writes the headers anew, from before the middleware', () => {
    const tracer = Symbol.for('opentelemetry.js.api.1')
    const incoming = messageOf({ headers: mine })
    Object.assign(globalThis, { [tracer]: { version: '1.9.0' } })
    try {
      expect(receiving(incoming, () => handOnTo(request(mine), { 'x-auth-type': 'api-key' }))).toBe(false)
    } finally {
      Reflect.deleteProperty(globalThis, tracer)
    }
    expect(incoming.headers).toEqual(mine)
  })

  it('is written nowhere when no message was received', () => {
    expect(handOnTo(request(mine), { 'x-auth-type': 'api-key' })).toBe(false)
  })

  it('goes to its own of two messages that are answered at the same time', async () => {
    const both = [messageOf({ headers: mine }), messageOf({ headers: mine })]
    const pause = () => new Promise((resolve) => setImmediate(resolve))
    await Promise.all(
      both.map((incoming, i) =>
        receiving(incoming, async () => {
          await pause()
          expect(handOnTo(request(mine), { 'x-api-key-context': String(i) })).toBe(true)
        }),
      ),
    )
    expect(both.map(({ headers }) => headers['x-api-key-context'])).toEqual(['0', '1'])
  })
})

describe('G2: a message that is received', () => {
  const FORGED = { 'x-api-key-club-id': 'a', 'x-api-key-user-id': 'b', 'x-auth-type': 'c' }

  it('loses the identity its sender claims, and nothing else', () => {
    const incoming = messageOf({ headers: { ...mine, ...FORGED, cookie: 'd', accept: 'e' } })
    receiving(incoming, () => undefined)
    expect(incoming.headers).toEqual({ ...mine, cookie: 'd', accept: 'e' })
  })

  it('loses its session, too, when it claims a signed context: a session counts only where nothing else is presented', () => {
    const incoming = messageOf({ headers: { 'x-api-key-context': 'f', cookie: 'd', accept: 'e' } })
    receiving(incoming, () => undefined)
    expect(incoming.headers).toEqual({ accept: 'e' })
  })
})
