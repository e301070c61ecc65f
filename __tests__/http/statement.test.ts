import fc from 'fast-check'
import { readCounts, readStatement, signStatement } from '@/http/statement'
import { AddressList } from '@/lib/auth/address-list'
import type { VerifiedKey } from '@/lib/auth/verification'
import { verifiedKeys } from '@/lib/auth/verified-keys'
import { messageOf, receiving } from '../support/received'
import { ROLES, SCOPES } from '../support/tenancy'

const ALPHABET = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

const path = fc
  .array(fc.stringMatching(/^[a-z0-9%~_-]{1,9}$/), { maxLength: 5 })
  .map((parts) => `/api/${parts.join('/').replaceAll('%', '%41')}`)
const made = fc.record({
  method: fc.constantFrom(...METHODS),
  path,
  token: fc.stringMatching(/^[a-z0-9_]{1,60}$/),
  requestId: fc.string(),
})
const key: fc.Arbitrary<VerifiedKey> = fc.record({
  id: fc.uuid(),
  name: fc.string({ unit: 'binary' }),
  clubId: fc.uuid(),
  userId: fc.uuid(),
  roles: fc.subarray([...ROLES]),
  scopes: fc.subarray([...SCOPES]),
  expiresAt: fc.option(
    fc.date({ min: new Date('2100-01-01'), max: new Date('2200-01-01'), noInvalidDate: true }),
  ),
  allowedCidrs: fc.constantFrom(null, AddressList.kept('192.0.2.0/24,2001:db8::/32')),
  rateLimit: fc.record({
    limit: fc.integer({ min: 1, max: 1_000_000 }),
    windowSeconds: fc.integer({ min: 1, max: 86_400 }),
  }),
  clubRateLimit: fc.constant({ limit: 6_000, windowSeconds: 60 }),
})
const rates = {
  rateLimit: { limit: 600, windowSeconds: 60 },
  clubRateLimit: { limit: 6_000, windowSeconds: 60 },
}

/** A key's limits with one call counted. */
const standingsOf = ({ rateLimit, clubRateLimit }: Pick<VerifiedKey, 'rateLimit' | 'clubRateLimit'>) => [
  {
    name: 'key' as const,
    ...rateLimit,
    remaining: rateLimit.limit - 1,
    resetSeconds: rateLimit.windowSeconds,
  },
  {
    name: 'club' as const,
    ...clubRateLimit,
    remaining: clubRateLimit.limit - 1,
    resetSeconds: clubRateLimit.windowSeconds,
  },
]

const request = ({ method, path: at }: { method: string; path: string }) =>
  new Request(`http://localhost${at}`, { method })

afterEach(() => jest.useRealTimers())

describe('a statement', () => {
  it('is read back as it was signed', () => {
    fc.assert(
      fc.property(made, key, ({ requestId, token, ...about }, about_) => {
        const statement = signStatement(request(about), token, {
          requestId,
          key: about_,
          standings: standingsOf(about_),
        })
        expect(readStatement(request(about), token, statement)).toEqual({
          requestId,
          key: about_,
          standings: standingsOf(about_),
        })
      }),
    )
  })

  it('is nothing for another token, method or path', () => {
    fc.assert(
      fc.property(made, made, key, (here, elsewhere, about) => {
        const statement = signStatement(request(here), here.token, {
          requestId: '1',
          key: about,
          standings: standingsOf(about),
        })
        for (const binding of ['token', 'method', 'path'] as const) {
          const other = { ...here, [binding]: elsewhere[binding] }
          if (other[binding] !== here[binding])
            expect(readStatement(request(other), other.token, statement)).toBeNull()
        }
      }),
    )
  })

  it('is nothing once a change was heard of, in another process, or after five seconds', () => {
    fc.assert(
      fc.property(made, key, ({ token, ...about }, signed) => {
        const sign = () =>
          signStatement(request(about), token, {
            requestId: '1',
            key: signed,
            standings: standingsOf(signed),
          })
        const read = (statement: string) => readStatement(request(about), token, statement)
        const beforeChange = sign()
        verifiedKeys().forget([])
        expect(read(beforeChange)).toBeNull()
        const inAnotherProcess = sign()
        delete (globalThis as { clubkeysNotary?: unknown }).clubkeysNotary
        expect(read(inAnotherProcess)).toBeNull()
        jest.useFakeTimers({ now: Date.now() })
        const now = sign()
        jest.advanceTimersByTime(5_000)
        expect(read(now)).not.toBeNull()
        jest.advanceTimersByTime(1)
        expect(read(now)).toBeNull()
        jest.useRealTimers()
      }),
    )
  })

  it('says after a change still how often the request was counted, for this very request', () => {
    fc.assert(
      fc.property(made, made, key, (here, elsewhere, signed) => {
        const statement = signStatement(request(here), here.token, {
          requestId: '1',
          key: signed,
          standings: standingsOf(signed),
        })
        verifiedKeys().forget([signed.id])
        expect(readStatement(request(here), here.token, statement)).toBeNull()
        expect(readCounts(request(here), here.token, statement)).toEqual(standingsOf(signed))
        if (elsewhere.token !== here.token)
          expect(readCounts(request(here), elsewhere.token, statement)).toBeNull()
      }),
    )
  })

  it('is nothing once its key has left the memory of those in use: the handler verifies for itself', () => {
    const about = request({ method: 'GET', path: '/api/v1/whoami' })
    const one = (): VerifiedKey => ({
      id: '1',
      name: '',
      clubId: '2',
      userId: '3',
      roles: [],
      scopes: [],
      expiresAt: null,
      allowedCidrs: null,
      ...rates,
    })
    const first = one()
    const statement = signStatement(about, 'token', {
      requestId: '1',
      key: first,
      standings: standingsOf(first),
    })
    for (let i = 0; i < 1_000; i++)
      signStatement(about, 'token', { requestId: '1', key: one(), standings: [] })
    expect(readStatement(about, 'token', statement)).toBeNull()
    const again = signStatement(about, 'token', { requestId: '1', key: first, standings: standingsOf(first) })
    expect(readStatement(about, 'token', again)).toEqual({
      requestId: '1',
      key: first,
      standings: standingsOf(first),
    })
  })

  it('ends with its key', () => {
    jest.useFakeTimers({ now: 1_000_000 })
    const about = { method: 'GET', path: '/api/v1/whoami' }
    const signed = {
      id: '1',
      name: '',
      clubId: '2',
      userId: '3',
      roles: [],
      scopes: [],
      expiresAt: new Date(1_002_000),
      allowedCidrs: null,
      ...rates,
    }
    const statement = signStatement(request(about), 'token', {
      requestId: '1',
      key: signed,
      standings: standingsOf(signed),
    })
    jest.setSystemTime(1_001_999)
    expect(readStatement(request(about), 'token', statement)).not.toBeNull()
    jest.setSystemTime(1_002_000)
    expect(readStatement(request(about), 'token', statement)).toBeNull()
  })

  it('is nothing from another address where its key has a list, and asks for none where it has not', () => {
    const from = <Result>(address: string | undefined, then: (request: Request) => Result) =>
      receiving(messageOf({ address }), () => then(new Request('http://localhost/api/x')))
    const key = {
      id: '1',
      name: '',
      clubId: '2',
      userId: '3',
      roles: [],
      scopes: [],
      expiresAt: null,
      ...rates,
    }
    const read = (allowedCidrs: AddressList | null, address: string | undefined) => {
      const said = { requestId: '1', key: { ...key, allowedCidrs }, standings: standingsOf(key) }
      const statement = from('192.0.2.1', (request) => signStatement(request, 'token', said))
      return from(address, (request) => readStatement(request, 'token', statement))
    }
    const listed = AddressList.kept('192.0.2.0/24')
    expect(read(listed, '192.0.2.1')).toEqual({
      requestId: '1',
      key: { ...key, allowedCidrs: listed },
      standings: standingsOf(key),
    })
    expect(read(listed, '192.0.2.2')).toBeNull()
    expect(read(listed, undefined)).toBeNull()
    expect(read(null, '192.0.2.2')).toEqual({
      requestId: '1',
      key: { ...key, allowedCidrs: null },
      standings: standingsOf(key),
    })
  })

  it('is nothing with any one character changed, taken away or added', () => {
    const about = { method: 'GET', path: '/api/v1/whoami' }
    fc.assert(
      fc.property(
        key,
        fc.nat(),
        fc.constantFrom(...ALPHABET, '.', '=', ' ', '\n', '\xa0'),
        (signed, place, character) => {
          const statement = signStatement(request(about), 'token', {
            requestId: '1',
            key: signed,
            standings: standingsOf(signed),
          })
          const at = place % statement.length
          const [before, after] = [statement.slice(0, at), statement.slice(at + 1)]
          const altered = [
            before + character + after,
            before + after,
            before + character + statement.charAt(at) + after,
            statement + character,
            before,
          ]
          for (const text of altered)
            if (text !== statement) expect(readStatement(request(about), 'token', text)).toBeNull()
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it('cannot be made up: any text is read without a throw, and believed never', () => {
    const part = fc.oneof(
      fc.string(),
      fc.base64String(),
      fc.json().map((text) => Buffer.from(text).toString('base64url')),
    )
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(part, { maxLength: 4 }).map((parts) => parts.join('.')),
    )
    fc.assert(
      fc.property(made, text, (about, statement) => {
        expect(readStatement(request(about), about.token, statement)).toBeNull()
      }),
      { numRuns: 1_000 },
    )
  })
})
