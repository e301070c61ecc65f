import { createHash, randomBytes } from 'node:crypto'
import { Seen } from '@/lib/import/seen'

const digest = (n: number) => createHash('sha256').update(String(n)).digest()

it('remembers of 50,000 tokens whose they were', () => {
  const seen = new Seen()
  const said = (owner: string) => Array.from({ length: 50_000 }, (_, n) => seen.note(digest(n), owner))
  expect(new Set(said('one'))).toEqual(new Set(['new']))
  expect(new Set(said('one'))).toEqual(new Set(['again']))
  expect(seen.isDisputed(digest(7))).toBe(false)
  expect(seen.note(digest(7), 'another')).toBe('disputed')
  expect(seen.note(digest(7), 'one')).toBe('disputed')
  expect(seen.isDisputed(digest(7))).toBe(true)
  expect(seen.isDisputed(digest(8))).toBe(false)
  expect(seen.isDisputed(digest(60_000))).toBe(false)
})

it('is not slowed down by digests that were chosen to be alike', () => {
  const seen = new Seen()
  const end = randomBytes(28)
  const began = performance.now()
  for (let n = 0; n < 20_000; n++) {
    const alike = Buffer.alloc(32)
    end.copy(alike, 4)
    alike.writeUInt32BE(n * 4096)
    seen.note(alike, 'one')
  }
  // In one slot each would be found past all before it: two hundred million steps.
  expect(performance.now() - began).toBeLessThan(2_000)
})
