import fc from 'fast-check'
import { parseJson } from '@/http/json'

const BODY_BYTES = 64 * 1024

function refusal(text: string): { path: string; message: string } | null {
  try {
    parseJson(text)
    return null
  } catch (error) {
    const { errors } = error as { errors?: { path: string; message: string }[] }
    return errors?.[0] ?? { path: 'no JSON', message: String(error) }
  }
}

describe('JSON that names a member twice', () => {
  it.each([
    ['a', '{"a":1,"a":2}'],
    ['a', '{"a":1,"b":2,"a":1}'],
    ['scopes', '{"scopes":["x"],"\\u0073copes":[]}'],
    ['scopes', '{"\\u0073\\u0063opes":1, "sc\\u006Fpes" : 2}'],
    ['a.b.1.c', '{"a":{"b":[{"c":1},{"d":1,"c":{},"c":[]}]}}'],
    ['1.a', '[{"a":1},{"a":1,"a":1}]'],
    ['', '{"":1,"":2}'],
    ['a"b', '{"a\\"b":1,"a\\u0022b":2}'],
    ['\u{1F600}', '{"\\ud83d\\ude00":1,"\u{1F600}":2}'],
    ['b', '{"a":{"b":1},"b":2,"b":3}'],
    ['1', '{"1":1,"1":2}'],
  ])('is refused, by %j: %s', (path, text) => {
    expect(refusal(text)).toEqual({ path, message: 'is given twice' })
  })

  it.each([
    '{"a":{"a":{"a":1}},"b":{"a":1}}',
    '[{"a":1},{"a":1}]',
    '{"a":"a","b":"a\\":1,\\"a"}',
    '{"a":"\\\\","b":1}',
    '{"a":1,"A":2,"á":3,"a\u0301":4}',
    '"{\\"a\\":1,\\"a\\":2}"',
    '{"constructor":1,"toString":2,"hasOwnProperty":3}',
    '{"a":["a","a"],"b":"a"}',
  ])('once in each object is no such thing: %s', (text) => {
    expect(parseJson(text)).toEqual(JSON.parse(text))
  })
})

describe('a number that reading would change', () => {
  it.each([
    '1e-400', '-1e-400', '1e400', '0.1e400', '-1e309', '9007199254740993', '-9007199254740993', '9007199254740993.0', '0.1000000000000000055',
    '12345678901234567890', '1.00000000000000000001', '4e-324', '1.7976931348623159e308', '0.30000000000000004440',
    `0.${'0'.repeat(400)}1`, `1${'0'.repeat(400)}`, `${'9'.repeat(40)}`, '123456789012345678e-5', '1e99999999999999999999', '1e-99999999999999999999',
  ])('is refused: %s', (number) => {
    for (const [path, text] of [['n', `{"n":${number}}`], ['a.1', `{"a":[0,${number}]}`], ['', number]] as const)
      expect([text, refusal(text)]).toEqual([text, { path, message: expect.stringContaining('exactly') }])
  }) // prettier-ignore

  it.each([
    '0', '-0', '-0.0', '0.0', '0e0', '0e999', '0.000e-999', '1', '-1', '1.50', '1.0', '100', '1e2', '1E+2', '1e-2', '0.1', '0.30000000000000004', '9007199254740992',
    '9007199254740991', '1e300', '5e-324', '1.7976931348623157e308', '1e23', '123456789012345', '0.000001', '1000000000000000000000', '12.5e-1',
  ])('is taken where it stays what it is: %s', (number) => {
    expect(parseJson(`{"n":${number}}`)).toEqual({ n: Number(number) })
  }) // prettier-ignore

  it('is none that a program wrote: whatever JSON.stringify makes of a value is read as that value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value)
        if (text.includes('__proto__')) return
        expect(JSON.stringify(parseJson(text))).toBe(text)
      }),
      { numRuns: 2_000 },
    )
  })

  it('is told apart from all others, by exact arithmetic', () => {
    const decimal = fc
      .tuple(fc.bigInt({ min: 1n, max: 10n ** 20n }), fc.integer({ min: -30, max: 30 }))
      .map(([digits, exponent]) => ({ digits, exponent }))
    fc.assert(
      fc.property(decimal, ({ digits, exponent }) => {
        const text = `${digits}e${exponent}`
        // What a double is shown as, as an integer times a power of ten.
        const [mantissa, power] = Number(text).toExponential().split('e') as [string, string]
        const [whole, part = ''] = mantissa.split('.') as [string, string?]
        const [shown, shownExponent] = [BigInt(whole + part), Number(power) - part.length]
        const shift = Math.min(exponent, shownExponent)
        const same = digits * 10n ** BigInt(exponent - shift) === shown * 10n ** BigInt(shownExponent - shift)
        expect([text, refusal(text) === null]).toEqual([text, same])
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('reading JSON', () => {
  it('refuses __proto__ by name, and what nests deeper than anything here', () => {
    expect(refusal('{"a":{"\\u005f_proto__":1}}')).toMatchObject({ path: '__proto__' })
    for (const [opening, closing] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      const deep = (n: number) => `${opening.repeat(n)}0${closing.repeat(n)}`
      expect(refusal(deep(256))).toBeNull()
      for (const n of [257, 10_000])
        expect(refusal(deep(n))).toEqual({ path: '', message: 'must not nest deeper than 256 levels' })
    }
  })

  it.each(['', '{', '{"a":1,}', '[1,]', '01', '1.', '.5', '+1', "{'a':1}", '{"a":1}{}', 'NaN'])(
    'throws a SyntaxError for what is none: %j',
    (text) => expect(() => parseJson(text)).toThrow(SyntaxError),
  )

  // Texts that make a reader slow, if anything does: the best of some tries, since the machine is shared.
  it.each([
    ['numbers', '1e1,'],
    ['long numbers', `${'1'.repeat(17)},`],
    ['one number', '9'],
    ['zeros', '0.0,'],
    ['strings', '"\\\\",'],
    ['quotes', '\\"'],
    ['objects', '{},'],
    ['pairs', '{"a":0},'],
    ['names', ''],
    ['escaped names', ''],
  ])('takes no time to speak of for 64 KiB of %s', (what, piece) => {
    const times = Math.floor(BODY_BYTES / Math.max(piece.length, 9))
    const names = Array.from(
      { length: times - 100 },
      (_, i) => `"${what === 'names' ? '' : '\\u0061'}${i}":0`,
    )
    const text =
      piece === ''
        ? `{${names.join(',')}}`
        : what === 'quotes'
          ? `"${piece.repeat(times)}"`
          : what === 'one number'
            ? piece.repeat(BODY_BYTES)
            : `[${piece.repeat(times).slice(0, -1)}]`
    let least = Infinity
    for (let i = 0; i < 5; i++) {
      const from = performance.now()
      refusal(text)
      least = Math.min(least, performance.now() - from)
    }
    expect(least).toBeLessThan(250)
  })
})
