import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { RE2JS } from 're2js'
import '@/club-app'
import { mintToken } from '@/lib/auth/token'
import { gitleaksRules, trufflehogRules } from '@/lib/leaks/detection-rules'

/** Both run on Go, whose expressions are RE2's. */
const expressionIn = (rules: string): RE2JS => {
  const [, expression] = /(?:regex = '''|key: ')(.+?)'+\n/.exec(rules) ?? []
  return RE2JS.compile(expression!)
}
const RULES = [
  ['gitleaks', gitleaksRules('club')],
  ['trufflehog', trufflehogRules('club')],
] as const
const found = (rules: string, text: string): string[] => {
  const matcher = expressionIn(rules).matcher(text)
  const all: string[] = []
  while (matcher.find()) all.push(matcher.group(1)!)
  return all
}

it('the shipped files are what the command prints for the default brand', () => {
  expect(readFileSync('rules/gitleaks.toml', 'utf8')).toBe(gitleaksRules('club'))
  expect(readFileSync('rules/trufflehog.yaml', 'utf8')).toBe(trufflehogRules('club'))
})

describe.each(RULES)('%s', (_, rules) => {
  it('finds every token of ours, wherever it stands', () => {
    for (let n = 0; n < 200; n++) {
      const token = mintToken().secret.reveal()
      for (const text of [
        token,
        `KEY=${token}\n`,
        `"${token}"`,
        `%20${token}&x`,
        `\\n${token}\\n`,
        `a ${token}.`,
        `${token},${token}`,
      ])
        // prettier-ignore
        expect([...new Set(found(rules, text))]).toEqual([token])
    }
  })

  it.each([
    ['Stripe’s live key', `sk_live_51${randomBytes(72).toString('base64url').replace(/[-_]/g, '0')}`],
    ['Stripe’s test key', `sk_test_${'4eC39HqLyjWDarjtT1zdp7dc'.repeat(3)}`],
    ['an OpenAI key', `sk-proj-${randomBytes(60).toString('base64url')}`],
    ['a digest', randomBytes(32).toString('hex')],
    ['the public start of a key', 'sk_club_aB3d'],
    ['one character too few', `sk_club_${'a'.repeat(48)}`],
    ['one character too many', `sk_club_${'a'.repeat(50)}`],
    ['a name that begins alike', `sk_club_${'a'.repeat(20)}_${'b'.repeat(28)}`],
    ['another brand', `sk_other_${'a'.repeat(49)}`],
  ])('finds nothing in %s', (_name, text) => {
    for (const within of [text, `key = "${text}"`, `${text}\n`]) expect(found(rules, within)).toEqual([])
  })

  it('is looked for by a word that stands in every token', () => {
    const keyword = /(?:keywords = \["|keywords:\n\s+- )([^"\n]+)/.exec(rules)?.[1]
    expect(mintToken().secret.reveal().startsWith(keyword!)).toBe(true)
  })
})

it('speaks of the installation’s own brand', () => {
  expect(found(gitleaksRules('harriers'), `sk_harriers_${'a'.repeat(49)} sk_club_${'a'.repeat(49)}`)).toEqual(
    [`sk_harriers_${'a'.repeat(49)}`],
  )
})
