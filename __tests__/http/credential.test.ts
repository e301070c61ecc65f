import fc from 'fast-check'
import { readCredential as readOf } from '@/http/credential'

const B64TOKEN = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/']
const token = fc
  .tuple(
    fc.string({ unit: fc.constantFrom(...B64TOKEN), minLength: 1, maxLength: 250 }),
    fc.constantFrom('', '=', '=='),
  )
  .map(([text, padding]) => text + padding)
/** Whatever a header can hold that got past the parser: any byte but NUL, CR and LF. */
const headerValue = fc.oneof(
  fc.string({
    unit: fc
      .integer({ min: 1, max: 255 })
      .filter((byte) => byte !== 10 && byte !== 13)
      .map((byte) => String.fromCharCode(byte)),
    maxLength: 300,
  }),
  token,
  fc
    .tuple(
      fc.constantFrom('Bearer', 'bearer', 'BEARER', 'Basic', 'Bear'),
      fc.constantFrom(' ', '\t', '  ', '', '\xa0', ','),
      token,
    )
    .map((parts) => parts.join('')),
)
const given = fc.option(headerValue, { nil: undefined })
const query = fc.oneof(fc.constant(''), fc.webQueryParameters())

type Headers = { authorization?: string | undefined; 'x-api-key'?: string | undefined }

function request(headers: Headers, search = ''): Request {
  const present = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return new Request(`http://localhost/api/v1/whoami${search && `?${search}`}`, { headers: present })
}

const readCredential = (asked: Request) => readOf(asked, '/api/v1/whoami', undefined)

describe('readCredential, for all that can be sent', () => {
  it('has an answer', () => {
    fc.assert(
      fc.property(given, given, query, (authorization, alias, search) => {
        expect(['none', 'token', 'malformed']).toContain(
          readCredential(request({ authorization, 'x-api-key': alias }, search)).kind,
        )
      }),
      { numRuns: 1_000 },
    )
  })

  it('finds a token only where one stood, whole and alone in the one credential header', () => {
    fc.assert(
      fc.property(given, given, query, (authorization, alias, search) => {
        const credential = readCredential(request({ authorization, 'x-api-key': alias }, search))
        if (credential.kind !== 'token') return
        const asked = authorization !== undefined && /^basic(?![^ \t])/i.test(authorization)
        expect(
          [asked ? undefined : authorization, alias].filter((value) => value !== undefined),
        ).toHaveLength(1)
        expect(credential.token).toMatch(/^[A-Za-z0-9\-._~+/]+=*$/)
        expect(credential.token.length).toBeLessThanOrEqual(256)
        const [, scheme, sent] = /^[ \t]*(bearer[ \t]+)?([^ \t]*)[ \t]*$/i.exec((alias ?? authorization)!)!
        expect([scheme !== undefined, sent]).toEqual([alias === undefined, credential.token])
      }),
      { numRuns: 1_000 },
    )
  })

  it('finds every token that is sent as documented', () => {
    const scheme = fc.constantFrom('Bearer', 'bearer', 'BEARER', 'bEARer')
    const space = fc.stringMatching(/^[ \t]{1,9}$/)
    fc.assert(
      fc.property(token, scheme, space, (sent, name, gap) => {
        expect(readCredential(request({ authorization: `${name}${gap}${sent}` }))).toMatchObject({
          kind: 'token',
          token: sent,
        })
        expect(readCredential(request({ 'x-api-key': sent }))).toMatchObject({ kind: 'token', token: sent })
      }),
    )
  })

  it('takes no token with a character in it that tokens do not have, wherever it stands', () => {
    const intruder = fc
      .integer({ min: 1, max: 255 })
      .map((byte) => String.fromCharCode(byte))
      .filter((character) => !B64TOKEN.includes(character) && !'=\n\r'.includes(character))
    fc.assert(
      fc.property(token, intruder, fc.nat(), (sent, character, place) => {
        const at = place % (sent.length + 1)
        const broken = sent.slice(0, at) + character + sent.slice(at)
        const isPadding = ' \t'.includes(character) && (at === 0 || at === sent.length)
        const expected = isPadding ? 'token' : 'malformed'
        expect(readCredential(request({ authorization: `Bearer ${broken}` })).kind).toBe(expected)
        expect(readCredential(request({ 'x-api-key': broken })).kind).toBe(expected)
      }),
      { numRuns: 1_000 },
    )
  })

  it('takes two headers for none, whatever they hold', () => {
    fc.assert(
      fc.property(headerValue, headerValue, (authorization, alias) => {
        fc.pre(!/^basic(?![^ \t])/i.test(authorization))
        expect(readCredential(request({ authorization, 'x-api-key': alias })).kind).toBe('malformed')
      }),
    )
  })

  it.each(['Basic', 'Basic dTpw', 'basic\tdTpw', 'BASIC  x'])(
    'lets pass what a proxy asked for: %j is no credential, beside X-API-Key or alone',
    (authorization) => {
      expect(readCredential(request({ authorization }))).toEqual({ kind: 'none' })
      const both = readCredential(request({ authorization, 'x-api-key': 'a-token' }))
      expect(both).toMatchObject({ kind: 'token', token: 'a-token' })
      expect(readCredential(request({ authorization, 'x-api-key': 'not a token' })).kind).toBe('malformed')
      expect(
        readCredential(request({ authorization: `${authorization}`.replace(/c/i, 'x'), 'x-api-key': 'a' }))
          .kind,
      ).toBe('malformed')
    },
  )

  it('takes no token over 256 characters', () => {
    fc.assert(
      fc.property(fc.integer({ min: 250, max: 300 }), (length) => {
        const kind = length <= 256 ? 'token' : 'malformed'
        expect(readCredential(request({ authorization: `Bearer ${'a'.repeat(length)}` })).kind).toBe(kind)
      }),
    )
  })

  it('refuses a key in the query under any name, however it is encoded and whatever the headers say', () => {
    const encoded = (text: string, mask: boolean[]) =>
      [...text]
        .map((character, i) =>
          mask[i % mask.length] ? `%${character.charCodeAt(0).toString(16).padStart(2, '0')}` : character,
        )
        .join('')
    const mask = fc.array(fc.boolean(), { minLength: 1, maxLength: 9 })
    const name = fc.stringMatching(/^[a-z_.[\]]{0,12}$/)
    fc.assert(
      fc.property(given, name, mask, query, (authorization, parameter, where, rest) => {
        const key = encoded(`sk_club_${'a'.repeat(49)}`, where)
        for (const search of [
          `${parameter}=${key}&${rest}`,
          `${rest}&${parameter}=x${key}`,
          `${key}=${parameter}`,
          `${encoded('access_token', where)}=${parameter}`,
        ]) {
          expect(readCredential(request({ authorization }, search)).kind).toBe('malformed')
        }
      }),
    )
  })
})
