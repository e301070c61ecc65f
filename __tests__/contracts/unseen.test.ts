import fc from 'fast-check'
import { line } from '@/contracts/text'
import { apart, shown } from '@/contracts/unseen'
import { MISLEADING, PILED_UP } from '../support/nasty'

const OURS = /^(?:\p{M}*)$/u

it.each(MISLEADING.filter((text) => !OURS.test(text.replace(/^a/, ''))).map((text) => [escaped(text), text]))(
  'a name that holds %s shows it',
  (_, text) => expect(shown(text)).toContain('\ufffd'),
)

it.each(['a\u0000b', 'a\u001b[31m', 'a\nb', 'a\u009b31m', 'a\u2028b'])(
  'a name shows a control character in it: %j',
  (text) => expect(shown(text)).toMatch(/^a\ufffd/),
)

it.each(PILED_UP)('of marks that climb over the lines around, %s, two are left', (text) => {
  expect(shown(text)).not.toBe(text)
  expect(shown(text)).not.toMatch(/\p{M}{3}/u)
})

it('changes no name that may be given today, and hides nothing in any text', () => {
  const name = line(200)
  const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }))
  fc.assert(
    fc.property(text, (given) => {
      const kept = name.safeParse(given)
      if (kept.success) expect(shown(kept.data)).toBe(kept.data)
      expect(shown(shown(given))).toBe(shown(given))
      expect(shown(given)).not.toMatch(/[\p{Bidi_Control}\p{Cc}\u2028\u2029]/u)
    }),
    { numRuns: 2_000 },
  )
})

it.each([
  ['שלום', '\u2068שלום\u2069'],
  ['محمد 7', '\u2068محمد 7\u2069'],
  ['می\u200cخواهم', '\u2068می\u200cخواهم\u2069'],
  ['Ada', 'Ada'],
  ['👩‍👩‍👧‍👦 team', '👩‍👩‍👧‍👦 team'],
  ['exe\u202e.nimda', 'exe\ufffd.nimda'],
  ['\u2069x', '\ufffdx'],
])('within a sentence %j is %j', (name, text) => expect(apart(name)).toBe(text))

function escaped(text: string): string {
  return [...text]
    .map((one) => (one >= ' ' && one <= '~' ? one : `U+${one.codePointAt(0)!.toString(16)}`))
    .join(' ')
    .slice(0, 80)
}
