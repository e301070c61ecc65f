import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { hmacSha256 } from '@/http/hmac'

describe('hmacSha256', () => {
  // RFC 4231, test cases 1, 2 and 3.
  it.each([
    ['0b'.repeat(20), '4869205468657265', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    [
      '4a656665',
      '7768617420646f2079612077616e7420666f72206e6f7468696e673f',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    ['aa'.repeat(20), 'dd'.repeat(50), '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe'],
  ])('agrees with RFC 4231 under the key %s', (key, text, code) => {
    const hmac = hmacSha256(Buffer.from(key, 'hex'))
    expect(hmac(Buffer.from(text, 'hex').toString('latin1'))).toBe(
      Buffer.from(code, 'hex').toString('base64url'),
    )
  })

  it('is HMAC-SHA256 for every key of a block at most and every text of bytes', () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array).toString('latin1'))
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), bytes, bytes, (array, first, second) => {
        const key = Buffer.from(array)
        const hmac = hmacSha256(key)
        const expected = (text: string) =>
          createHmac('sha256', key).update(text, 'latin1').digest('base64url')
        expect([hmac(first), hmac(second), hmac(first)]).toEqual([
          expected(first),
          expected(second),
          expected(first),
        ])
      }),
    )
  })
})
