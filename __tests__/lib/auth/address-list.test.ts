import { BlockList } from 'node:net'
import fc from 'fast-check'
import { AddressList } from '@/lib/auth/address-list'

const list = (...networks: string[]) => AddressList.asked(networks)!
const shown = (...networks: string[]) => list(...networks).toStrings()

/** The message about the first entry that is refused. */
function refusal(...networks: string[]): string {
  try {
    AddressList.asked(networks)
  } catch (error) {
    const [first] = (error as { errors: { path: string; message: string }[] }).errors
    return `${first!.path} ${first!.message}`
  }
  return 'taken'
}

const address4 = fc.ipV4()
const address6 = fc
  .array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 8, maxLength: 8 })
  .map((groups) => groups.map((group) => group.toString(16)).join(':'))

describe('an address list', () => {
  it('writes each network in one way only', () => {
    expect(shown('203.0.113.7', '10.0.0.0/8', '0.0.0.0/0')).toEqual([
      '203.0.113.7/32',
      '10.0.0.0/8',
      '0.0.0.0/0',
    ])
    expect(shown('2001:DB8:0:0::/32', '2001:db8::A', '::/0')).toEqual([
      '2001:db8::/32',
      '2001:db8::a/128',
      '::/0',
    ])
  })

  it('takes an IPv4 network mapped into IPv6 for the IPv4 network', () => {
    expect(shown('::ffff:203.0.113.7', '::FFFF:a00:0/104', '::ffff:0:0/96')).toEqual([
      '203.0.113.7/32',
      '10.0.0.0/8',
      '0.0.0.0/0',
    ])
  })

  it('takes nothing but a mapped address for one', () => {
    expect(shown('::203.0.113.7', '64:ff9b::203.0.113.7')).toEqual([
      '::cb00:7107/128',
      '64:ff9b::cb00:7107/128',
    ])
    expect(list('203.0.113.7').allows('::203.0.113.7')).toBe(false)
    expect(list('::/96').allows('203.0.113.7')).toBe(false)
    expect(list('::/0').allows('203.0.113.7')).toBe(false)
    expect(list('::/0').allows('::ffff:203.0.113.7')).toBe(false)
  })

  it('names the network where bits are set beyond its length', () => {
    expect(refusal('10.0.0.0/8', '10.1.2.3/9')).toBe(
      'allowedCidrs.1 must not have bits set beyond its length: the network is 10.0.0.0/9',
    )
    expect(refusal('2001:db8::1/32')).toMatch(/the network is 2001:db8::\/32$/)
    expect(refusal('::ffff:10.0.0.1/104')).toMatch(/the network is 10\.0\.0\.0\/8$/)
  })

  it.each([
    ['::ffff:1.2.3.4/90', '::ffc0:0:0/90'],
    ['::FFFF:102:304/90', '::ffc0:0:0/90'],
    ['::ffff:0:0/95', '::fffe:0:0/95'],
    ['::ffff:1.2.3.4/1', '::/1'],
    ['::ffff:1.2.3.4/0', '::/0'],
    ['::ffff:255.255.255.255/64', '::/64'],
  ])(
    'takes a mapped address with a length below 96 for a network of IPv6: %s lies in %s',
    (written, network) => {
      expect(refusal(written)).toBe(
        `allowedCidrs.0 must not have bits set beyond its length: the network is ${network}`,
      )
      expect(shown(network)).toEqual([network])
      expect(AddressList.kept(list(network).toString())!.toStrings()).toEqual([network])
      expect(list(network).allows('1.2.3.4')).toBe(false)
      // Read from a row that something else wrote, it allows no more.
      expect(AddressList.kept(written)!.allows('::ffff:1.2.3.4')).toBe(false)
    },
  )

  it('reads any text of those characters without a throw of its own', () => {
    const text = fc.stringMatching(/^[0-9a-f:./]{0,24}$/)
    const mapped = fc.tuple(fc.ipV4(), fc.nat(130)).map(([address, bits]) => `::ffff:${address}/${bits}`)
    fc.assert(
      fc.property(fc.oneof(text, mapped), (written) => {
        expect(refusal(written)).toMatch(/^(taken|allowedCidrs\.0 must )/)
        AddressList.kept(written)?.allows('1.2.3.4')
      }),
      { numRuns: 1_000 },
    )
  })

  it('refuses zones and repetitions, and says so', () => {
    expect(refusal('fe80::1%eth0')).toBe(
      'allowedCidrs.0 must not have a zone: it means something on one machine only',
    )
    expect(refusal('10.0.0.0/8', '::ffff:10.0.0.0/104')).toBe(
      'allowedCidrs.1 is in the list already, as 10.0.0.0/8',
    )
  })

  it.each([
    '10',
    '10/8',
    '167772160',
    '010.0.0.1',
    '0x0a.0.0.1',
    '10.0.0.1/33',
    '::1/129',
    '10.0.0.0/08',
    '10.0.0.0/',
    '',
    '/',
    'localhost',
  ])('refuses what libraries differ about: %j', (network) => {
    expect(refusal(network)).toMatch(/^allowedCidrs\.0 must be an address or a network/)
  })

  it('agrees with another implementation about every address', () => {
    const within = (address: string, v4: boolean) =>
      fc.nat(v4 ? 32 : 128).map((bits) => {
        const other = new BlockList()
        other.addSubnet(address, bits, v4 ? 'ipv4' : 'ipv6')
        return { bits, other }
      })
    for (const [addresses, v4] of [
      [address4, true],
      [address6, false],
    ] as const) {
      const cases = addresses.chain((base) =>
        fc.record({
          base: fc.constant(base),
          net: within(base, v4),
          asked: fc.oneof(addresses, nearby(base, v4)),
        }),
      )
      fc.assert(
        fc.property(cases, ({ base, net: { bits, other }, asked }) => {
          // The other one takes a mapped address for one of either family; here it is IPv4, and no network of
          // IPv6 holds it.
          fc.pre(![base, asked].some((address) => address.startsWith('0:0:0:0:0:ffff:')))
          const kept = AddressList.kept(`${base}/${bits}`)!
          // A list that is kept need not be the network's own address: only the bits that count are compared.
          expect(kept.allows(asked)).toBe(other.check(asked, v4 ? 'ipv4' : 'ipv6'))
          if (v4) expect(kept.allows(`::ffff:${asked}`)).toBe(kept.allows(asked))
        }),
        { numRuns: 1_000 },
      )
    }
  })

  it('allows nothing where the address is not known, or is none', () => {
    for (const address of [null, '', 'unknown', '10', '10.0.0.1:80', '[::1]', '10.0.0.1, 10.0.0.2']) {
      expect(list('0.0.0.0/0', '::/0').allows(address)).toBe(false)
    }
  })

  it('allows nothing by an entry that it cannot read', () => {
    for (const text of ['', ',', 'x', '10/8', '0.0.0.0/33', '::/0%1', 'null']) {
      const kept = AddressList.kept(text)!
      expect([kept.allows('10.0.0.1'), kept.allows('0.0.0.10'), kept.allows('::1')]).toEqual([
        false,
        false,
        false,
      ])
    }
    expect(AddressList.kept('x,10.0.0.0/8')!.allows('10.0.0.1')).toBe(true)
  })

  it('knows an address of a link by its bits, whatever its zone', () => {
    expect(list('fe80::/10').allows('fe80::1%eth0')).toBe(true)
    expect(list('2001:db8::/32').allows('fe80::1%2001:db8::1')).toBe(false)
  })

  it('lies within another one if each network lies in one of its networks', () => {
    const within = (inner: string[] | null, outer: string[] | null) =>
      AddressList.within(AddressList.asked(inner), AddressList.asked(outer))
    expect(within(['10.1.0.0/16', '2001:db8:1::/48'], ['10.0.0.0/8', '2001:db8::/32'])).toBe(true)
    expect(within(['10.0.0.0/8'], ['10.0.0.0/8'])).toBe(true)
    expect(within(['10.0.0.0/7'], ['10.0.0.0/8'])).toBe(false)
    expect(within(['10.1.0.0/16', '11.0.0.0/16'], ['10.0.0.0/8'])).toBe(false)
    expect(within(['10.1.0.0/16'], ['::/0'])).toBe(false)
    expect(within(['::ffff:10.1.0.0/112'], ['10.0.0.0/8'])).toBe(true)
    expect(within(null, ['0.0.0.0/0', '::/0'])).toBe(false)
    expect(within(['10.0.0.0/8'], null)).toBe(true)
    expect(within(null, null)).toBe(true)
  })
})

/** An address that differs in few bits. */
function nearby(base: string, v4: boolean): fc.Arbitrary<string> {
  const parts = v4 ? base.split('.').map(Number) : base.split(':').map((group) => Number.parseInt(group, 16))
  return fc.tuple(fc.nat(parts.length - 1), fc.nat(v4 ? 7 : 15)).map(([at, bit]) => {
    const changed = parts.map((part, i) => (i === at ? part ^ (1 << bit) : part))
    return v4 ? changed.join('.') : changed.map((group) => group.toString(16)).join(':')
  })
}
