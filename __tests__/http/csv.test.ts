import fc from 'fast-check'
import { csvLine, csvOf } from '@/http/csv'

it.each([
  [['a', 1, null, true], 'a,1,,true'],
  [['a,b', 'say "hi"', 'two\nlines', 'two\r\nlines'], '"a,b","say ""hi""","two\nlines","two\r\nlines"'],
  [['', ' a', 'a '], ',' + '" a","a "'],
  [[-1, 0.5], '-1,0.5'],
])('writes %j as RFC 4180 does', (values, line) => expect(csvLine(values)).toBe(`${line}\r\n`))

it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '  =cmd', '＝1', '\u200b=1', '\ufeff=1'])(
  'lets no text run as a formula: %j',
  (text) => expect(csvLine([text])).toBe(`"'${text}"\r\n`),
)

it('gives every text back to who reads it, but for the mark before a formula', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const read = csvLine([text]).slice(0, -2).replace(/^"(.*)"$/s, (_, inner: string) => inner.replaceAll('""', '"')) // prettier-ignore
      expect(read.replace(/^'/, '')).toBe(text.replace(/^'/, ''))
    }),
  )
})

it('of no rows is empty', () => expect(csvOf([])).toBe(''))
