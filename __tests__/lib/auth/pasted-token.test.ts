import fc from 'fast-check'
import { refusePastedTokens } from '@/lib/auth/pasted-token'
import { mintToken } from '@/lib/auth/token'

const token = mintToken().secret.reveal()

describe('G1: a key pasted into input', () => {
  it.each([
    ['name', { name: token }, 'name'],
    ['the middle of a note', { notes: `call with ${token}, please` }, 'notes'],
    ['a list', { scopes: ['practices:read', token] }, 'scopes.1'],
    ['a nested value', { metadata: { device: { key: token } } }, 'metadata.device.key'],
    ['a field’s name', { metadata: { [token]: 1 } }, 'metadata'],
    ['behind another beginning of one', { name: `sk_club_${token}` }, 'name'],
  ])('is refused in %s, by the path and without the key', (_, input, path) => {
    let refusal: unknown
    try {
      refusePastedTokens(input)
    } catch (error) {
      refusal = error
    }
    expect(refusal).toMatchObject({ code: 'validation_failed', errors: [{ path }] })
    expect(JSON.stringify(refusal)).not.toContain(token)
  })

  it.each([
    ['with a typo in its checksum', `${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`],
    ['without its checksum', token.slice(0, -6)],
    ['but for ten characters of its secret', token.slice(0, 'sk_club_'.length + 33)],
    ['with more behind it', `${token}abc`],
  ])('is refused %s: the rest can be told or guessed', (_, name) => {
    expect(() => refusePastedTokens({ name })).toThrow()
  })

  it('is not seen where there is none: a beginning, another vendor’s, anything at all', () => {
    refusePastedTokens({
      start: token.slice(0, 12),
      half: token.slice(0, 'sk_club_'.length + 32),
      broken: `sk_club_${'a'.repeat(20)}-${'a'.repeat(29)}`,
      other: 'sk_live_abc',
    })
    fc.assert(fc.property(fc.anything(), (input) => refusePastedTokens(input)))
  })

  it('is found 100,000 levels deep without running out of stack', () => {
    let input: unknown = token
    for (let i = 0; i < 100_000; i++) input = [input]
    expect(() => refusePastedTokens(input)).toThrow()
  })

  // React's format for the arguments of server actions can name one part many times, and a part within
  // itself; JSON cannot.
  it('is not looked for twice in what an input names more than once, or names within itself', () => {
    let laughs: unknown = ['ha']
    for (let i = 0; i < 40; i++) laughs = Array.from({ length: 10 }, () => laughs)
    expect(() => refusePastedTokens(laughs)).toThrow()
    const circle: unknown[] = []
    circle.push(circle)
    expect(() => refusePastedTokens({ circle })).toThrow()
  })
})
