import fc from 'fast-check'
import type { Call, SignedContext, VerifiedRequest } from '@/http/call'
import { receivedAs, receivedOf } from '@/http/incoming'
import { pathInApp } from '@/http/path'
import { isCurrent, isFor, readContext, signContext } from '@/http/signed-context'
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
  imported: fc.boolean(),
  clubId: fc.uuid(),
  clubSlug: fc.constant('club'),
  madeAt: fc.nat(),
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
  metadata: fc.constant('{}'),
})
const rates = {
  ...{ clubSlug: 'club', madeAt: 0, metadata: '{}' },
  rateLimit: { limit: 600, windowSeconds: 60 },
  clubRateLimit: { limit: 6_000, windowSeconds: 60 },
}

/** A key's limits with one call counted. */
const statusesOf = ({ rateLimit, clubRateLimit }: Pick<VerifiedKey, 'rateLimit' | 'clubRateLimit'>) => [
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

/** A key with a list is called from an address on it. */
const HERE = '192.0.2.1'
const callOf = (asked: Request, digest: string): Call => ({
  kind: 'token',
  onlyImported: false,
  token: '',
  digest,
  method: asked.method,
  path: pathInApp(asked),
  received: receivedOf(asked) ?? receivedAs(messageOf({ address: HERE })),
})

type Said = Omit<VerifiedRequest, 'from'> & { requestId: string }

function headerFor(asked: Request, digest: string, { requestId, ...said }: Said): string {
  const from = said.key.allowedCidrs === null ? '' : HERE
  return signContext(callOf(asked, digest), { ...said, from }, requestId).header
}

const said = ({ requestId, key, rateLimits }: SignedContext): Said => ({ requestId, key, rateLimits })

/** As a handler reads it. */
function readBack(asked: Request, digest: string, header: string): Said | null {
  const context = readContext(callOf(asked, digest), header)
  return context && isCurrent(context) ? said(context) : null
}

const readCounts = (asked: Request, digest: string, header: string) =>
  readContext(callOf(asked, digest), header)?.rateLimits ?? null

afterEach(() => jest.useRealTimers())

describe('a signed context', () => {
  it('is read back as it was signed', () => {
    fc.assert(
      fc.property(made, key, ({ requestId, token, ...about }, about_) => {
        const header = headerFor(request(about), token, {
          requestId,
          key: about_,
          rateLimits: statusesOf(about_),
        })
        expect(readBack(request(about), token, header)).toEqual({
          requestId,
          key: about_,
          rateLimits: statusesOf(about_),
        })
      }),
    )
  })

  it('is nothing for another token, method or path', () => {
    fc.assert(
      fc.property(made, made, key, (here, elsewhere, about) => {
        const header = headerFor(request(here), here.token, {
          requestId: '1',
          key: about,
          rateLimits: statusesOf(about),
        })
        for (const binding of ['token', 'method', 'path'] as const) {
          const other = { ...here, [binding]: elsewhere[binding] }
          if (other[binding] !== here[binding])
            expect(readBack(request(other), other.token, header)).toBeNull()
        }
      }),
    )
  })

  it('is nothing once a change was heard of, in another process, or after five seconds', () => {
    fc.assert(
      fc.property(made, key, ({ token, ...about }, signed) => {
        const sign = () =>
          headerFor(request(about), token, {
            requestId: '1',
            key: signed,
            rateLimits: statusesOf(signed),
          })
        const read = (header: string) => readBack(request(about), token, header)
        const beforeChange = sign()
        verifiedKeys().forget([])
        expect(read(beforeChange)).toBeNull()
        const inAnotherProcess = sign()
        delete (globalThis as { clubkeysSigningKey?: unknown }).clubkeysSigningKey
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
        const header = headerFor(request(here), here.token, {
          requestId: '1',
          key: signed,
          rateLimits: statusesOf(signed),
        })
        verifiedKeys().forget([signed.id])
        expect(readBack(request(here), here.token, header)).toBeNull()
        expect(readCounts(request(here), here.token, header)).toEqual(statusesOf(signed))
        if (elsewhere.token !== here.token)
          expect(readCounts(request(here), elsewhere.token, header)).toBeNull()
      }),
    )
  })

  it('is nothing once its key has left the memory of those in use: the handler verifies for itself', () => {
    const about = request({ method: 'GET', path: '/api/v1/whoami' })
    const one = (): VerifiedKey => ({
      id: '1',
      name: '',
      imported: false,
      clubId: '2',
      userId: '3',
      roles: [],
      scopes: [],
      expiresAt: null,
      allowedCidrs: null,
      ...rates,
    })
    const first = one()
    const header = headerFor(about, 'token', {
      requestId: '1',
      key: first,
      rateLimits: statusesOf(first),
    })
    for (let i = 0; i < 1_000; i++) headerFor(about, 'token', { requestId: '1', key: one(), rateLimits: [] })
    expect(readBack(about, 'token', header)).toBeNull()
    const again = headerFor(about, 'token', { requestId: '1', key: first, rateLimits: statusesOf(first) })
    expect(readBack(about, 'token', again)).toEqual({
      requestId: '1',
      key: first,
      rateLimits: statusesOf(first),
    })
  })

  it('that stays with its message is for no other token, method or path, and for five seconds', () => {
    fc.assert(
      fc.property(made, made, key, (here, elsewhere, about) => {
        const call = callOf(request(here), here.token)
        const verified = { key: about, from: HERE, rateLimits: statusesOf(about) }
        const context = signContext(call, verified, here.requestId)
        expect(call.received!.note!.context).toBe(context)
        expect(isFor(context, callOf(request(here), here.token))).toBe(true)
        for (const binding of ['token', 'method', 'path'] as const) {
          const other = { ...here, [binding]: elsewhere[binding] }
          if (other[binding] !== here[binding])
            expect(isFor(context, callOf(request(other), other.token))).toBe(false)
        }
        jest.useFakeTimers({ now: context.until })
        expect(isFor(context, call)).toBe(true)
        jest.advanceTimersByTime(1)
        expect(isFor(context, call)).toBe(false)
        jest.useRealTimers()
        expect(isCurrent(context)).toBe(true)
        verifiedKeys().forget([])
        expect(isCurrent(context)).toBe(false)
      }),
    )
  })

  it('ends with its key', () => {
    jest.useFakeTimers({ now: 1_000_000 })
    const about = { method: 'GET', path: '/api/v1/whoami' }
    const signed = {
      id: '1',
      name: '',
      imported: false,
      clubId: '2',
      userId: '3',
      roles: [],
      scopes: [],
      expiresAt: new Date(1_002_000),
      allowedCidrs: null,
      ...rates,
    }
    const header = headerFor(request(about), 'token', {
      requestId: '1',
      key: signed,
      rateLimits: statusesOf(signed),
    })
    jest.setSystemTime(1_001_999)
    expect(readBack(request(about), 'token', header)).not.toBeNull()
    jest.setSystemTime(1_002_000)
    expect(readBack(request(about), 'token', header)).toBeNull()
  })

  it('is nothing from another address where its key has a list, and asks for none where it has not', () => {
    const from = <Result>(address: string | undefined, then: (request: Request) => Result) =>
      receiving(messageOf({ address }), () => then(new Request('http://localhost/api/x')))
    const key = {
      id: '1',
      name: '',
      imported: false,
      clubId: '2',
      userId: '3',
      roles: [],
      scopes: [],
      expiresAt: null,
      ...rates,
    }
    const read = (allowedCidrs: AddressList | null, address: string | undefined) => {
      const about = { requestId: '1', key: { ...key, allowedCidrs }, rateLimits: statusesOf(key) }
      const header = from('192.0.2.1', (request) => headerFor(request, 'token', about))
      return from(address, (request) => readBack(request, 'token', header))
    }
    const listed = AddressList.kept('192.0.2.0/24')
    expect(read(listed, '192.0.2.1')).toEqual({
      requestId: '1',
      key: { ...key, allowedCidrs: listed },
      rateLimits: statusesOf(key),
    })
    expect(read(listed, '192.0.2.2')).toBeNull()
    expect(read(listed, undefined)).toBeNull()
    expect(read(null, '192.0.2.2')).toEqual({
      requestId: '1',
      key: { ...key, allowedCidrs: null },
      rateLimits: statusesOf(key),
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
          const header = headerFor(request(about), 'token', {
            requestId: '1',
            key: signed,
            rateLimits: statusesOf(signed),
          })
          const at = place % header.length
          const [before, after] = [header.slice(0, at), header.slice(at + 1)]
          const altered = [
            before + character + after,
            before + after,
            before + character + header.charAt(at) + after,
            header + character,
            before,
          ]
          for (const text of altered)
            if (text !== header) expect(readBack(request(about), 'token', text)).toBeNull()
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
      fc.property(made, text, (about, header) => {
        expect(readBack(request(about), about.token, header)).toBeNull()
      }),
      { numRuns: 1_000 },
    )
  })
})
