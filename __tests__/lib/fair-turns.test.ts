import { setTimeout } from 'node:timers/promises'
import { FairTurns } from '@/lib/fair-turns'

const bounds = { atOnce: 2, perAddress: 3, all: 8, patienceMs: 200 }

it('runs no more than so many at once, and all of those it took', async () => {
  const turns = new FairTurns(bounds)
  let [running, most, done] = [0, 0, 0]
  const job = async () => {
    most = Math.max(most, ++running)
    await setTimeout(5)
    running--
    done++
  }
  await Promise.all(Array.from({ length: 8 }, (_, n) => turns.run(String(n % 3), job)))
  expect({ most, done, running }).toEqual({ most: 2, done: 8, running: 0 })
  await Promise.all([turns.run('a', job), turns.run('b', job)])
  expect(done).toBe(10)
})

it('takes turns between addresses', async () => {
  const turns = new FairTurns(bounds)
  const order: string[] = []
  const job = (name: string) => turns.run(name, async () => (order.push(name), setTimeout(2)))
  await Promise.all(['a', 'a', 'a', 'a', 'a', 'b', 'c'].map(job))
  expect(order.slice(2, 5)).toEqual(['a', 'b', 'c'])
})

it('refuses what waits too long or is too much, and goes on', async () => {
  const turns = new FairTurns(bounds)
  const long = [turns.run('a', () => setTimeout(400)), turns.run('a', () => setTimeout(400))]
  const waiting = Array.from({ length: 5 }, () =>
    turns.run('a', async () => 'ran').catch(({ code }: { code: string }) => code),
  )
  expect(await Promise.all(waiting)).toEqual(Array.from({ length: 5 }, () => 'unavailable'))
  await Promise.all(long)
  expect(await turns.run('a', async () => 'ran')).toBe('ran')
})

it('gives its place back when a job fails', async () => {
  const turns = new FairTurns(bounds)
  for (let n = 0; n < 5; n++)
    await expect(turns.run('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await turns.run('a', async () => 'ran')).toBe('ran')
})
