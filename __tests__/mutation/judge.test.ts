import { Judge } from '../../mutation/judge'

const mutant = {
  id: '7',
  folder: 'src/lib/auth',
  file: 'src/lib/auth/x.ts',
  line: 1,
  column: 1,
  mutator: 'Where',
  original: 'a',
  replacement: 'b',
}
const TESTS = ['one.test.ts', 'two.test.ts', 'three.test.ts']

/** @param fails with the mutant, or without it: `one`, `one alone` */
function judge(fails: readonly string[]) {
  const measured = new Map(TESTS.map((test) => [test, { mutants: ['7'], milliseconds: 10, passed: true }]))
  return new Judge(measured, 60, (tests, { mutant: active }) => {
    const failing = tests.find((test) => fails.includes(active ? test : `${test} alone`))
    const files = failing ? [{ test: failing, passed: false, milliseconds: 10, failed: ['says no'] }] : []
    return Promise.resolve({ outcome: failing ? 'failed' : 'passed', files })
  })
}

it('a test that fails with the mutant and passes without it kills it', async () => {
  expect(await judge(['two.test.ts']).verdictOn(mutant)).toMatchObject({
    verdict: 'killed',
    by: 'two.test.ts: says no',
  })
})

it('a test that fails without the mutant, too, kills nothing: the others are asked', async () => {
  const busy = TESTS.slice(0, 2).flatMap((test) => [test, `${test} alone`])
  expect(await judge(busy).verdictOn(mutant)).toMatchObject({ verdict: 'survived' })
  expect(await judge([...busy, 'three.test.ts']).verdictOn(mutant)).toMatchObject({
    verdict: 'killed',
    by: 'three.test.ts: says no',
  })
})
