import { fewAtOnce } from '@/lib/outbox/few-at-once'
import { together } from '@/lib/outbox/together'
import { wakeOutboxes } from '@/lib/outbox/wake'
import { workOff } from '@/lib/outbox/work'

let end: () => Promise<void> = () => Promise.resolve()
afterEach(() => end())

const until = async (done: () => boolean) => {
  for (const deadline = Date.now() + 5_000; !done(); await new Promise((next) => setTimeout(next, 5)))
    if (Date.now() > deadline) throw new Error('it never came to that')
}

it('sends what it is woken for at once, so many at a time and no more', async () => {
  const [rows, sent, asked]: [number[], number[], number[]] = [[], [], []]
  let [now, most] = [0, 0]
  end = workOff({
    name: 'test',
    most: 3,
    claim: (free) => (asked.push(free), Promise.resolve(rows.splice(0, free))),
    send: async (row) => {
      most = Math.max(most, ++now)
      await new Promise((next) => setTimeout(next, 10))
      now--
      sent.push(row)
    },
  })
  await until(() => asked.length > 0)
  rows.push(...Array.from({ length: 10 }, (_, n) => n))
  wakeOutboxes()
  await until(() => sent.length === 10)
  expect(most).toBe(3)
  expect(Math.max(...asked)).toBe(3)
})

it('goes on after a claim or a sending that fails', async () => {
  const sent: string[] = []
  const rows = ['bad', 'good']
  let claims = 0
  end = workOff({
    name: 'test',
    most: 1,
    claim: () => (++claims === 1 ? Promise.reject(new Error('away')) : Promise.resolve(rows.splice(0, 1))),
    send: (row) =>
      row === 'bad' ? Promise.reject(new Error('broken')) : Promise.resolve(void sent.push(row)),
  })
  await until(() => claims === 1)
  wakeOutboxes()
  await until(() => sent.length === 1)
  expect(sent).toEqual(['good'])
})

it('takes nothing more when it is told to end, and waits for what is under way', async () => {
  const rows = [1, 2]
  const done: number[] = []
  let started = false
  const stop = workOff({
    name: 'test',
    most: 1,
    claim: () => Promise.resolve(rows.splice(0, 1)),
    send: async (row) => {
      started = true
      await new Promise((next) => setTimeout(next, 50))
      done.push(row)
    },
  })
  await until(() => started)
  await stop()
  expect([done, rows]).toEqual([[1], [2]])
})

it('few at once: the others wait in their order, also behind one that fails', async () => {
  const gate = fewAtOnce(2)
  let [now, most] = [0, 0]
  const order: number[] = []
  const act = (n: number) => async () => {
    most = Math.max(most, ++now)
    await new Promise((next) => setTimeout(next, 5))
    now--
    order.push(n)
    if (n === 1) throw new Error('broken')
  }
  const all = await Promise.allSettled([0, 1, 2, 3, 4, 5].map((n) => gate(act(n))))
  expect(all.map(({ status }) => status === 'fulfilled')).toEqual([true, false, true, true, true, true])
  expect([most, [...order].sort()]).toEqual([2, [0, 1, 2, 3, 4, 5]])
})

describe('together', () => {
  const setup = () => {
    const acts: (readonly number[])[] = []
    const double = together<number, number>(3, async (some) => {
      acts.push(some)
      await new Promise((next) => setTimeout(next, 5))
      if (some.includes(13)) throw new Error('broken')
      return some.map((n) => n * 2)
    })
    return { acts, double }
  }

  it('what is asked for during an act is done in the next, so many at once, each with its own result', async () => {
    const { acts, double } = setup()
    const first = double(1)
    await new Promise((next) => setTimeout(next, 1))
    expect(await Promise.all([first, ...[2, 3, 4, 5].map(double)])).toEqual([2, 4, 6, 8, 10])
    expect(acts).toEqual([[1], [2, 3, 4], [5]])
  })

  it('fails for all that were in an act, and for nobody after them', async () => {
    const { double } = setup()
    const all = await Promise.allSettled([12, 13, 14, 15].map(double))
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'fulfilled'])
    expect(await double(1)).toBe(2)
  })
})
