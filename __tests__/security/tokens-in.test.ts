import { mintToken } from '@/lib/auth/token'
import { assertNoTokens, tokensIn } from '../support/tokens-in'

const token = mintToken().secret.reveal()

describe('G1: the search that every server’s output, every test’s database and the run’s own words pass', () => {
  it.each([
    ['alone', token],
    ['in a line of JSON', JSON.stringify({ level: 30, msg: `\n${token}` })],
    ['in an address', `/api/v1/x%20${token}?y=1`],
    ['in a row', `("a",${token},2027)`],
  ])('finds a key %s, and does not say it', (_, text) => {
    expect(tokensIn(text)).toEqual([token])
    expect(() => assertNoTokens('a test', text)).toThrow(/^G1: an API key stands in a test: (?!.*sk_)/)
  })

  it('takes nothing else for one', () => {
    expect(
      tokensIn(
        `${token.slice(0, -1)} [redacted] sk_club_ sk_live_${'a'.repeat(49)} sk_club_${'0'.repeat(49)}`,
      ),
    ).toEqual([])
  })
})
