import fc from 'fast-check'
import { readForwarded, readForwardedFor } from '@/http/forwarded'

const v4 = fc.ipV4()
const v6 = fc.nat(0xffff).map((n) => `2001:db8::${n.toString(16)}:1`)
const port = fc.oneof(
  fc.constant(''),
  fc.integer({ min: 1, max: 65_535 }).map((n) => `:${n}`),
  fc.constant(':_p-1'),
)

type Node = { text: string; address: string | null }
const node: fc.Arbitrary<Node> = fc.oneof(
  fc.tuple(v4, port).map(([address, at]) => ({ text: address + at, address })),
  fc.tuple(v6, port).map(([address, at]) => ({ text: `[${address}]${at}`, address })),
  fc.constantFrom('unknown', '_gazonk', '_a.b-c', 'unknown:80').map((text) => ({ text, address: null })),
)
const cased = fc.constantFrom('for', 'For', 'FOR')
const more = fc.constantFrom(
  '',
  ';proto=https',
  ';by="[2001:db8::9]:1"',
  ';host="a\\"b, c;d"',
  ' ; proto=http ',
)
const before = fc.constantFrom('', 'proto=https;', 'by=203.0.113.43 ;')
const isToken = (text: string) => /^[\w.-]+$/.test(text)
const element = fc
  .tuple(before, cased, node, more, fc.boolean())
  .map(([first, name, { text, address }, rest, quote]) => ({
    text: `${first}${name}=${quote || !isToken(text) ? `"${text}"` : text}${rest}`,
    address,
  }))

describe('Forwarded (RFC 7239)', () => {
  it('names the hops in their order, whatever else it says', () => {
    fc.assert(
      fc.property(
        fc.array(element, { minLength: 1, maxLength: 5 }),
        fc.constantFrom(',', ', ', ' ,\t'),
        (all, comma) => {
          expect(readForwarded(all.map(({ text }) => text).join(comma))).toEqual(
            all.map(({ address }) => address),
          )
        },
      ),
    )
  })

  it.each([
    ['for=192.0.2.60;proto=http;by=203.0.113.43', ['192.0.2.60']],
    ['For="[2001:db8:cafe::17]:4711"', ['2001:db8:cafe::17']],
    ['for=192.0.2.43, for=198.51.100.17', ['192.0.2.43', '198.51.100.17']],
    // As some write it, against the grammar.
    ['for=192.0.2.43:47011', ['192.0.2.43']],
    ['for=[2001:db8::7]:443', ['2001:db8::7']],
    ['for="\\1\\9\\2.0.2.43"', ['192.0.2.43']],
    ['', [null]],
    ['for=', [null]],
    ['for=1.2.3.4;for=4.3.2.1', [null]],
    ['by=1.2.3.4', [null]],
  ])('%s', (value, hops) => expect(readForwarded(value)).toEqual(hops))

  it('is nothing at all once a client has opened a quote that the proxy closes', () => {
    for (const opened of ['for="', 'for=6.6.6.6;by="', 'for=6.6.6.6, by="', '"', 'for=6.6.6.6;x="\\'])
      for (const appended of ['for=1.2.3.4', 'for="[2001:db8::1]:4711"', 'for="1.2.3.4";by="x"'])
        expect([opened, appended, readForwarded(`${opened}, ${appended}`)]).toEqual([
          opened,
          appended,
          [null],
        ])
  })

  it('takes no longer for what is malformed', () => {
    const started = performance.now()
    for (const text of ['for="', 'a=b;', ' ', ',', '"\\'])
      readForwarded(text.repeat(16_000 / text.length) + '\u0000')
    expect(performance.now() - started).toBeLessThan(500)
  })
})

it('X-Forwarded-For names addresses with and without a port', () => {
  expect(
    readForwardedFor('203.0.113.7:51234, [2001:db8::7]:443,[2001:db8::8] , 2001:db8::9,unknown'),
  ).toEqual(['203.0.113.7', '2001:db8::7', '2001:db8::8', '2001:db8::9', null])
})
