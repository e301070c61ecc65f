import { LogGate } from '@/lib/log-gate'

beforeEach(() => jest.useFakeTimers())
afterEach(() => jest.useRealTimers())

function setup() {
  const gate = new LogGate()
  const said: string[] = []
  const pass = (kind: string, text: string) => gate.pass(kind, (leftOut) => said.push(`${text} +${leftOut}`))
  return { said, pass }
}

describe('what goes wrong is said', () => {
  it('at once, and then once a second with how many lines were left out', () => {
    const { said, pass } = setup()
    for (let i = 1; i <= 1_000; i++) pass('a', String(i))
    expect(said).toEqual(['1 +0'])
    jest.advanceTimersByTime(1_000)
    expect(said).toEqual(['1 +0', '1000 +998'])
    pass('a', 'next')
    expect(said).toHaveLength(2)
    jest.advanceTimersByTime(1_000)
    expect(said.at(-1)).toBe('next +0')
  })

  it('of each kind by itself', () => {
    const { said, pass } = setup()
    for (const kind of ['a', 'b', 'a']) pass(kind, kind)
    expect(said).toEqual(['a +0', 'b +0'])
  })

  it('at once again when it was quiet for a second', () => {
    const { said, pass } = setup()
    for (const text of ['one', 'two', 'three']) {
      pass('a', text)
      jest.advanceTimersByTime(1_000)
    }
    expect(said).toEqual(['one +0', 'two +0', 'three +0'])
  })
})
