import fc from 'fast-check'
import { line, prose } from '@/contracts/text'
import { MISLEADING, PILED_UP, UNSEEN } from '../support/nasty'

const schema = line(200)
const kept = (text: string) => schema.safeParse(text)

// prettier-ignore
const LEGITIMATE = [
  'Ada Lovelace', 'Zoë', 'Łódź', 'Νίκος', 'Дмитрий', 'محمد', 'می\u200cخواهم', 'نامه\u200cای', 'שלום עולם', 'בְּרֵאשִׁית', 'हिन्दी', 'क्\u200dष', 'श्\u200cरी', 'বাংলা', 'ক্\u200dষ',
  'ශ්\u200dරී', 'കേരളം', 'தமிழ்', '한국어', '김민준', '각', '山田太郎', '葛\u{e0100}城', '神\ufe00', 'ไทย', 'น้ำ', 'မြန်မာ', 'ကြွှေး', 'རྒྱུ', 'ཧཱུྃ', 'مُحَمَّدٌ', 'Tiếng Việt', 'ę́', 'ᠮᠣᠩᠭᠣᠯ', 'ኢትዮጵያ',
  '👩‍👩‍👧‍👦', '🏳️‍🌈', '👩🏽‍⚕️', '❤️‍🔥', '👨‍💻 team', '1️⃣', '#️⃣', '☺︎', '☺️', '🇩🇪', '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}', '⚽', '!', '%', '-', '1', '©️',
  'Robert\'); DROP TABLE "Practice";--', 'O’Brien', 'x\u00a0y',
]

describe('one line of text that people read', () => {
  it.each(LEGITIMATE)('may be %s, as it is', (text) => {
    expect(kept(text)).toMatchObject({ success: true, data: text.normalize('NFC') })
    expect(prose(200).safeParse(text).success).toBe(true)
  })

  it.each([...UNSEEN, ...MISLEADING, ...PILED_UP].map((text) => [escape(text), text]))(
    'may not be %s',
    (_, text) => {
      expect(kept(text).success).toBe(false)
    },
  )

  it('hides no default-ignorable character between Latin letters, whichever it is, and shows more than those', () => {
    const passed: string[] = []
    for (let code = 0; code <= 0x10ffff; code++) {
      const one = String.fromCodePoint(code)
      if (!/[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]/u.test(one)) continue
      for (const text of [one, `a${one}b`, `${one}a`, `a${one}`, `a ${one} b`, one.repeat(3)])
        if (![undefined, 'a'].includes(kept(text).data)) passed.push(escape(text))
    }
    expect(passed).toEqual([])
  })

  it('is kept in NFC: two that look alike are one', () => {
    for (const [one, other] of [
      ['Zoe\u0308', 'Zoë'],
      ['\u1100\u1161\u11a8', '각'],
      ['\u212b', 'Å'],
      ['\u0958', '\u0915\u093c'],
    ])
      expect(kept(one!).data).toBe(kept(other!).data)
  })

  it('is as long as it is kept: 64 letters with their marks apart are 64', () => {
    expect(line(64).safeParse('e\u0301'.repeat(64)).data).toBe('é'.repeat(64))
    expect(line(64).safeParse('e\u0301'.repeat(65)).success).toBe(false)
    // Two for one: this has no composed form.
    expect(line(64).safeParse('\u0958'.repeat(33)).success).toBe(false)
  })

  it('whatever is kept is kept again, unchanged', () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }))
    fc.assert(
      fc.property(text, (given) => {
        const { data } = kept(given)
        if (data !== undefined) expect(kept(data).data).toBe(data)
      }),
      { numRuns: 2_000 },
    )
  })

  it('costs little to refuse: normalising 60,000 marks would take seconds', () => {
    for (const text of [
      '\u0301\u0316'.repeat(30_000),
      `a${'\u0316\u0301'.repeat(30_000)}`,
      '\u200d'.repeat(60_000),
      'क्\u200d'.repeat(20_000),
    ])
      for (const schema of [line(200), prose(5000)]) {
        const from = performance.now()
        expect(schema.safeParse(text).success).toBe(false)
        expect(performance.now() - from).toBeLessThan(250)
      }
  })
})

describe('text of several lines', () => {
  it('may break, and be broken where its language has no spaces, but may not turn or hide anything', () => {
    for (const text of ['a\nb\n\n\tc', 'ភាសា\u200bខ្មែរ', 'Donau\u00addampfschiff', 'a\u2060b'])
      expect(prose(5000).safeParse(text).data).toBe(text)
    for (const text of MISLEADING)
      expect([escape(text), prose(5000).safeParse(text).success]).toEqual([escape(text), false])
  })
})

function escape(text: string): string {
  return [...text]
    .map((one) => (one >= ' ' && one <= '~' ? one : `U+${one.codePointAt(0)!.toString(16)}`))
    .join(' ')
}
