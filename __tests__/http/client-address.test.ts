import { isIP } from 'node:net'
import fc from 'fast-check'
import { clientAddress } from '@/http/client-address'
import { messageOf, receiving } from '../support/received'

// Read once, at the first request.
process.env.TRUSTED_PROXIES = '10.0.0.0/8, 192.0.2.7/32, 2001:db8:aaaa::/48'

const proxy4 = fc.tuple(fc.nat(255), fc.nat(255)).map(([b, c]) => `10.${b}.${c}.1`)
const proxy6 = fc.nat(0xffff).map((n) => `2001:db8:aaaa::${n.toString(16)}`)
const client4 = fc.tuple(fc.integer({ min: 11, max: 191 }), fc.nat(255)).map(([a, b]) => `${a}.${b}.3.4`)
const client6 = fc.nat(0xffff).map((n) => `2001:db8:bbbb::${n.toString(16)}`)
const garbage = fc.oneof(
  fc.constantFrom(
    '',
    'unknown',
    '_hidden',
    'localhost',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '1.2.3.4:x',
    '1.2.3.4:',
    '1.2.3.4:123456',
    '[1.2.3.4]:80',
    '[2001:db8::1',
    '2001:db8::1]:80',
    '[2001:db8::1]80',
    '"1.2.3.4"',
    '10.0.0.1/8',
    'for=1.2.3.4',
    '::ffff:1.2.3',
  ),
  fc
    .stringMatching(/^[ -+\--~]{0,20}$/)
    .filter((text) => isIP(text.trim()) === 0 && !/^\[|^[\d.]+:/.test(text.trim())),
)

type Hop = { text: string; address: string | null; trusted: boolean }
/** The spellings of one address: as it is, or an IPv4 address mapped into IPv6. */
const spelt = (address: fc.Arbitrary<string>, trusted: boolean): fc.Arbitrary<Hop> =>
  fc
    .tuple(address, fc.constantFrom('', '::ffff:', '::FFFF:'))
    .map(([plain, prefix]) => ({ text: isIP(plain) === 4 ? prefix + plain : plain, address: plain, trusted }))
const trustedHop = fc.oneof(spelt(proxy4, true), spelt(proxy6, true), spelt(fc.constant('192.0.2.7'), true))
const hop = fc.oneof(
  trustedHop,
  trustedHop,
  spelt(client4, false),
  spelt(client6, false),
  garbage.map((text): Hop => ({ text, address: null, trusted: false })),
)
/** As proxies write it into a header: as it is, or with the port that it came from. */
const written = fc.tuple(hop, fc.constantFrom('', ':1', ':65535')).map(([{ text, ...rest }, port]): Hop => {
  const bracketed = isIP(text) === 6 && port !== '' ? `[${text}]` : text
  return { text: rest.address === null ? text : bracketed + port, ...rest }
})
const gap = fc.constantFrom('', ' ', '  ', '\t')

/** Of a request that came from `peer`; undefined: from a socket that says nothing. */
function address(
  peer: string | undefined,
  forwarded?: string,
  more: Record<string, string> = {},
): string | null {
  const headers = { ...more, ...(forwarded !== undefined && { 'X-Forwarded-For': forwarded }) }
  // The framework writes the socket's address where the client wrote none.
  const request = requestOf(forwarded ?? peer?.replace(/[^ -~]/g, ''), more)
  return receiving(messageOf({ address: peer, headers }), () => clientAddress(request))
}

function requestOf(forwarded?: string, more: Record<string, string> = {}): Request {
  return new Request('http://localhost/', {
    headers: { ...more, ...(forwarded !== undefined && { 'x-forwarded-for': forwarded }) },
  })
}

describe('the client’s address', () => {
  it('is unknown without the hook, whatever the headers say: they are the client’s then', () => {
    fc.assert(
      fc.property(hop, (forwarded) => {
        const more = { 'x-real-ip': '10.0.0.1', forwarded: 'for=10.0.0.1', 'x-clubkeys-peer': '10.0.0.1' }
        expect(clientAddress(requestOf(forwarded.text, more))).toBeNull()
      }),
    )
  })

  describe('with the hook', () => {
    it('is the first hop from the right that is no trusted proxy, or unknown if that one is no address', () => {
      fc.assert(
        fc.property(fc.array(fc.tuple(gap, written, gap), { maxLength: 6 }), hop, (hops, peer) => {
          const seen = [...hops.map(([, each]) => each), peer].reverse()
          const expected = seen.find(({ trusted }) => !trusted) ?? seen.at(-1)!
          const header = hops.map(([before, { text }, after]) => before + text + after).join(',')
          expect(address(peer.text, hops.length > 0 ? header : undefined)).toBe(expected.address)
        }),
        { numRuns: 2_000 },
      )
    })

    it('is the socket’s where that is no trusted proxy, whatever the headers say', () => {
      fc.assert(
        fc.property(
          fc.oneof(client4, client6),
          fc.string({ unit: fc.integer({ min: 32, max: 255 }).map((byte) => String.fromCharCode(byte)) }),
          (peer, text) => {
            expect(address(peer, text, { 'x-real-ip': '1.2.3.4', forwarded: 'for=1.2.3.4' })).toBe(peer)
          },
        ),
      )
    })

    it('is an address or unknown, for all that can be sent', () => {
      const anything = fc.string({
        unit: fc.integer({ min: 32, max: 255 }).map((byte) => String.fromCharCode(byte)),
      })
      fc.assert(
        fc.property(anything, anything, trustedHop, (peer, forwarded, proxy) => {
          for (const found of [address(peer, forwarded), address(proxy.text, `${forwarded}, ${proxy.text}`)])
            expect(found === null || isIP(found) !== 0).toBe(true)
        }),
        { numRuns: 1_000 },
      )
    })

    it('is unknown where the socket has none any more', () => {
      expect(address(undefined, '1.2.3.4')).toBeNull()
    })

    it('is unknown for a request that presents another credential than the message that was received', () => {
      const elsewhere = { authorization: 'Bearer another' }
      expect(
        receiving(messageOf({ address: '11.0.0.1' }), () => clientAddress(requestOf(undefined, elsewhere))),
      ).toBeNull()
    })

    it('is not a trusted proxy’s, however its address is written', () => {
      for (const proxy of [
        '::ffff:10.0.0.1',
        '::ffff:a00:1',
        '0:0:0:0:0:ffff:a00:1',
        '2001:DB8:AAAA:0::1',
        '2001:db8:aaaa::10.0.0.1',
      ]) {
        expect([proxy, address(proxy, '1.2.3.4')]).toEqual([proxy, '1.2.3.4'])
        expect([proxy, address('10.0.0.1', `1.2.3.4, ${proxy}`)]).toEqual([proxy, '1.2.3.4'])
      }
    })

    const [peer, client] = ['10.0.0.1', '2001:db8:bbbb::7']
    it.each([
      [{ Forwarded: `for="[${client}]:443"` }, client],
      [{ forwarded: `for="[${client}]";proto=https, for=10.0.0.2` }, client],
      [{ Forwarded: 'for=unknown' }, null],
      [{ Forwarded: 'for=_hidden' }, null],
      [{ Forwarded: 'proto=https' }, null],
      // One of them is the client's own, and it is not known which.
      [{ Forwarded: 'for=1.2.3.4', 'X-Forwarded-For': '4.3.2.1' }, null],
      [{ Forwarded: 'for="1.2.3.4:5"', 'X-Forwarded-For': '1.2.3.4:6' }, '1.2.3.4'],
      [{}, peer],
    ])('is what a proxy says that writes Forwarded (RFC 7239): %j is %s', (headers, expected) => {
      expect(address(peer, undefined, headers as Record<string, string>)).toBe(expected)
    })

    it('is the IPv4 address however it is mapped into IPv6', () => {
      for (const mapped of [
        '::ffff:1.2.3.4',
        '::ffff:102:304',
        '0:0:0:0:0:FFFF:0102:0304',
        '[::ffff:102:304]:80',
      ])
        expect([mapped, address(peer, mapped)]).toEqual([mapped, '1.2.3.4'])
    })
  })
})
