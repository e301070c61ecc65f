import { killImports } from '../../../chaos/imports/kill'
import { oldTokensIn } from '../../../chaos/imports/leaks'
import { oldToken } from '../../support/importing'

// The short form of what `npm run chaos` does to imports.

it('G17: imports of every kind, killed 30 times in their middle, lose no row, bring none twice and leave no token', async () => {
  const facts = await killImports({ kills: 30, rows: 2_500 })
  expect(facts.flatMap(({ kind, faults }) => faults.map((fault) => `${kind}: ${fault}`))).toEqual([])
  expect(facts.map(({ kills }) => kills)).toEqual([5, 5, 5, 5, 5, 5])
}, 600_000)

it('would find a token, or the most of one', () => {
  const tokens = [oldToken(), oldToken()]
  const [first = '', second = ''] = tokens
  expect(oldTokensIn(`x ${first} y\n"token":"${second}"`, tokens)).toBe(2)
  expect(oldTokensIn(`(${first.slice(8)})`, tokens)).toBe(1)
  expect(oldTokensIn(`${first.slice(0, 12)} ${first.slice(-4)} ${oldToken()}`, tokens)).toBe(0)
})
