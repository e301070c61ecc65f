import { createHash, randomUUID } from 'node:crypto'
import { dictionary } from '@zxcvbn-ts/language-common'
import { mintToken } from '@/lib/auth/token'
import { estimateBits as estimate } from '@/lib/import/entropy'

const WORDS = new Set(Object.values(dictionary).flat())
const estimateBits = (token: string, prefix = '') => estimate(token, prefix, WORDS)

let drawn = 0
/** The same at each run: of millions of tokens, one looks weak. */
const randomBytes = (length: number) =>
  Buffer.concat(
    Array.from({ length: Math.ceil(length / 32) }, () =>
      createHash('sha256').update(`entropy ${drawn++}`).digest(),
    ),
  ).subarray(0, length)

const many = (make: () => string) => Array.from({ length: 2_000 }, make)
const base62 = (length: number) => [...randomBytes(length)].map((byte) => '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'[byte % 62]).join('') // prettier-ignore

it.each<[string, () => string]>([
  ['16 random bytes in hex', () => randomBytes(16).toString('hex')],
  ['the same in capitals', () => randomBytes(16).toString('hex').toUpperCase()],
  ['32 random bytes in hex, behind a prefix', () => `acme_live_${randomBytes(32).toString('hex')}`],
  ['24 random bytes in base64', () => randomBytes(24).toString('base64')],
  ['24 random bytes in base64url', () => `pk-${randomBytes(24).toString('base64url')}`],
  ['32 of base62', () => base62(32)],
  ['40 digits of base32', () => base62(60).toLowerCase().slice(0, 40)],
  ['a key of ours', () => mintToken().secret.reveal()],
])('lets %s pass, whichever they are', (_, make) => {
  expect(many(make).filter((token) => estimateBits(token) < 128)).toEqual([])
})

it.each<[string, string]>([
  ['nothing', ''],
  ['a word', 'password'],
  ['one character', 'a'.repeat(200)],
  ['two in turn', 'ab'.repeat(100)],
  ['the alphabet', 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'],
  ['and backwards', 'zyxwvutsrqponmlkjihgfedcba9876543210'],
  ['digits counted upwards', '0123456789'.repeat(10)],
  ['a short random part, many times', randomBytes(6).toString('hex').repeat(10)],
  ['a long prefix before a short secret', 'company-production-customer-api-key-00000012'],
  ['a sentence', 'thesecretpasswordofourproductiondatabaseserver'],
  ['words between hyphens', 'correct-horse-battery-staple-secret-password'],
  ['8 random bytes', randomBytes(8).toString('hex')],
  ['20 digits', '73819405628173940562'],
])('finds out %s', (_, token) => {
  expect(estimateBits(token)).toBeLessThan(128)
})

it('knows what of a UUID is random: 122 bits of version 4, less of one with a time in it', () => {
  expect(estimateBits(randomUUID())).toBe(122)
  expect(estimateBits('0190d9a0-0000-7000-8000-1234567890ab')).toBe(74)
  expect(estimateBits('c232ab00-9414-11ec-b3c8-9f68deced846')).toBe(0)
})

it('takes the prefix for no secret', () => {
  const secret = randomBytes(12).toString('hex')
  expect(estimateBits(`${'q7Wm3Zx9'.repeat(2)}${secret}`, 'q7Wm3Zx9q7Wm3Zx9')).toBeLessThan(100)
})
