import { Turns } from '@/http/intake/turns'

beforeEach(() => jest.useFakeTimers())
afterEach(() => jest.useRealTimers())

type End = (served: boolean | undefined) => void

function setup(bounds: { all: number; each?: number } = { all: 2 }) {
  const database = { heardAt: performance.now() }
  const turns = new Turns({ stalledMs: 750, heardAt: () => database.heardAt, ...bounds })
  const begun: string[] = []
  const refused: string[] = []
  const ends = new Map<string, End>()
  /** `name` is a letter for whose it is, and a number. */
  const ask = (...names: string[]) => {
    for (const name of names)
      ends.set(
        name,
        turns.take(
          name[0]!,
          () => begun.push(name),
          () => refused.push(name),
        ),
      )
  }
  const end = (name: string, served: boolean | undefined = true) => ends.get(name)!(served)
  return { turns, database, begun, refused, ask, end }
}

describe('G13: turns', () => {
  it('come at once where there is room, else when another one ends, each in order', () => {
    const { begun, ask, end } = setup()
    ask('a1', 'a2', 'a3', 'a4')
    expect(begun).toEqual(['a1', 'a2'])
    end('a2')
    expect(begun).toEqual(['a1', 'a2', 'a3'])
    end('a1')
    expect(begun).toEqual(['a1', 'a2', 'a3', 'a4'])
  })

  it('go round: whoever sends many waits for those alone', () => {
    const { begun, ask, end } = setup({ all: 1 })
    ask('a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1')
    for (const one of ['a1', 'a2', 'b1', 'c1', 'a3', 'b2']) end(one)
    expect(begun).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4'])
  })

  it('are no more of each than may be at once, and those who come later do not pass', () => {
    const { begun, ask, end } = setup({ all: 3, each: 2 })
    ask('a1', 'a2', 'a3', 'b1', 'a4')
    expect(begun).toEqual(['a1', 'a2', 'b1'])
    end('b1')
    expect(begun).toHaveLength(3)
    end('a1')
    expect(begun).toEqual(['a1', 'a2', 'b1', 'a3'])
  })

  it('do not begin while they are halted, by whomever, and go on after it', () => {
    const { turns, begun, ask, end } = setup({ all: 2 })
    ask('a1')
    const [goOn, others] = [turns.halt(), turns.halt()]
    ask('a2', 'a3')
    end('a1')
    goOn()
    goOn()
    expect(begun).toEqual(['a1'])
    others()
    expect(begun).toEqual(['a1', 'a2', 'a3'])
  })

  it('go on after half a second, whatever halts them, and for half as long', () => {
    const { turns, database, begun, refused, ask } = setup({ all: 9 })
    const pass = (ms: number) => {
      for (let passed = 0; passed < ms; passed += 10) {
        jest.advanceTimersByTime(10)
        database.heardAt = performance.now()
      }
    }
    turns.halt()
    ask('a1')
    pass(490)
    expect(begun).toEqual([])
    pass(20)
    expect(begun).toEqual(['a1'])
    pass(230)
    turns.halt()
    ask('a2')
    expect(begun).toEqual(['a1', 'a2'])
    pass(30)
    turns.halt()
    ask('a3')
    expect(begun).toEqual(['a1', 'a2'])
    expect(refused).toEqual([])
  })

  it('go on at once where the database says nothing, though they are halted', () => {
    const { turns, begun, ask } = setup()
    turns.halt()
    ask('a1')
    jest.advanceTimersByTime(90)
    expect(begun).toEqual([])
    jest.advanceTimersByTime(20)
    expect(begun).toEqual(['a1'])
  })

  it('are not kept for who has gone', () => {
    const { begun, ask, end } = setup({ all: 1 })
    ask('a1', 'a2', 'a3')
    end('a2', undefined)
    end('a1')
    expect(begun).toEqual(['a1', 'a3'])
  })

  it('are ended once, however often it is said', () => {
    const { begun, ask, end } = setup({ all: 1 })
    ask('a1', 'a2', 'a3')
    end('a1')
    end('a1')
    expect(begun).toEqual(['a1', 'a2'])
  })

  it('make room for another when they take more than a second', () => {
    const { begun, ask, end } = setup({ all: 1 })
    ask('a1', 'a2', 'a3')
    // Somebody is served, or all would be refused.
    jest.advanceTimersByTime(700)
    expect(begun).toEqual(['a1'])
    ask('b1')
    jest.advanceTimersByTime(400)
    expect(begun).toEqual(['a1', 'b1'])
    end('a1')
    expect(begun).toEqual(['a1', 'b1'])
  })

  it('are refused after eight seconds, though others are served', () => {
    const { begun, refused, ask, end } = setup({ all: 1 })
    ask('a0', ...Array.from({ length: 30 }, (_, i) => `a${i + 1}`))
    for (let i = 0; i < 15; i++) {
      jest.advanceTimersByTime(500)
      end(`a${i}`)
    }
    expect(refused).toEqual([])
    jest.advanceTimersByTime(700)
    expect(begun).toHaveLength(16)
    expect(refused).toEqual(Array.from({ length: 15 }, (_, i) => `a${i + 16}`))
  })

  it('are refused within a second where nobody is served any more', () => {
    const { refused, ask } = setup({ all: 1 })
    jest.advanceTimersByTime(60_000)
    ask('a1')
    jest.advanceTimersByTime(100)
    ask('a2', 'b1')
    jest.advanceTimersByTime(740)
    expect(refused).toEqual([])
    jest.advanceTimersByTime(150)
    expect(refused).toEqual(['a2', 'b1'])
  })

  it('are refused to all who could not hear of it within a second when one of them finds the database away', () => {
    const { begun, refused, ask, end } = setup({ all: 1 })
    ask('a1')
    jest.advanceTimersByTime(100)
    ask('a2', 'b1')
    jest.advanceTimersByTime(400)
    ask('c1')
    jest.advanceTimersByTime(40)
    end('a1', false)
    expect(refused).toEqual(['a2', 'b1'])
    expect(begun).toEqual(['a1', 'c1'])
  })

  it('go on where only one of them failed', () => {
    const { begun, refused, ask, end } = setup({ all: 2 })
    ask('a1', 'b1', 'a2', 'b2', 'a3')
    jest.advanceTimersByTime(500)
    end('b1')
    end('a1', false)
    expect(refused).toEqual([])
    expect(begun).toEqual(['a1', 'b1', 'a2', 'b2'])
  })
})
