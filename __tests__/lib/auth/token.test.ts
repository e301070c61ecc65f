import { createHash } from 'node:crypto'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { checksum, classifyToken, digestOf, mintToken } from '@/lib/auth/token'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

describe('token format', () => {
  it('matches the published CRC-32 check vectors', () => {
    expect(checksum('zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ')).toBe('0mLq17')
    expect(checksum('qkJaB6MffYVzZXWqmcoF49yrUxP3wf')).toBe('0LsakP')
  })

  it('mints sk_<brand>_<43 base62><6 base62> whose ends are kept and whose digest is SHA-256 of the whole', () => {
    const { secret, record } = mintToken()
    const token = secret.reveal()
    expect(token).toMatch(/^sk_club_[0-9A-Za-z]{49}$/)
    expect(record.start).toBe(token.slice(0, 'sk_club_'.length + 4))
    expect(record.last4).toBe(token.slice(-4))
    expect(Buffer.from(record.digest).toString('hex')).toBe(createHash('sha256').update(token).digest('hex'))
  })

  it('draws every base62 letter equally often (chi-squared over 430,000 letters)', () => {
    const counts = new Map<string, number>()
    for (let i = 0; i < 10_000; i++)
      for (const letter of mintToken().secret.reveal().slice(8, 51))
        counts.set(letter, (counts.get(letter) ?? 0) + 1)
    const expected = 430_000 / 62
    const chiSquared = [...ALPHABET].reduce(
      (sum, letter) => sum + ((counts.get(letter) ?? 0) - expected) ** 2 / expected,
      0,
    )
    // 61 degrees of freedom: 118 is exceeded by chance once in 100,000 runs; `byte % 62` without rejection
    // scores above 20,000.
    expect(chiSquared).toBeLessThan(118)
  })

  it('classifies what it minted as its own, and any change of one character as malformed', () => {
    const token = mintToken().secret.reveal()
    expect(classifyToken(token)).toBe('own')
    fc.assert(
      fc.property(
        fc.integer({ min: 8, max: token.length - 1 }),
        fc.constantFrom(...ALPHABET),
        (at, letter) => {
          fc.pre(token[at] !== letter)
          expect(classifyToken(token.slice(0, at) + letter + token.slice(at + 1))).toBe('malformed')
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('never throws and never calls a stranger its own, whatever text it is given', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string({ unit: 'binary' }),
          fc.string().map((rest) => `sk_club_${rest}`),
        ),
        (text) => {
          expect(['malformed', 'opaque']).toContain(classifyToken(text))
          expect(digestOf(text)).toHaveLength(32)
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('leaves other vendors’ patterns opaque', () => {
    expect(classifyToken('sk_live_abc')).toBe('opaque')
    expect(classifyToken('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')).toBe('opaque')
  })

  it('G1: a token in memory prints, logs and serialises as [redacted]', () => {
    const { secret } = mintToken()
    const shown = [
      String(secret),
      JSON.stringify({ secret }),
      inspect({ secret }, { showHidden: true, depth: 5 }),
      `${secret}`,
    ].join('\n')
    expect(shown).not.toContain(secret.reveal())
    expect(shown).toContain('[redacted]')
  })
})
