import { deliverBesideBad, deliverThroughKills } from '../../../chaos/webhooks/deliver'
import { useDatabase } from '../../support/club'

// The short form of what `npm run chaos` does to webhooks.

useDatabase()

it('every event arrives at least once, in its key’s order, though processes are killed all the time', async () => {
  const facts = await deliverThroughKills({ events: 1_500, killEveryMs: 2_000, clubs: 6 })
  expect(facts).toMatchObject({ events: 1_500, lost: 0, strange: 0 })
  expect(facts.kills).toBeGreaterThan(0)
}, 240_000)

it('receivers that hang, flood, drip, redirect or break keep no event of another club waiting', async () => {
  const { alone, beside } = await deliverBesideBad(20, 2)
  expect([alone.arrived, beside.arrived]).toEqual([20, 20])
  expect(beside.longestMs).toBeLessThan(10_000)
}, 120_000)
