import { FAULTS, type FaultName } from '../../../chaos/faults'
import { outage } from '../../../chaos/outage'
import { useScene } from '../../support/scene'

// The short form of `npm run chaos`: every fault, once.

const scene = useScene()

describe('G7, G8: whatever is away, no caller is told wrong and nothing acknowledged is lost', () => {
  it.each(Object.keys(FAULTS) as FaultName[])(
    '%s',
    async (fault) => {
      const facts = await outage(scene(), fault, { rounds: 1, holdMs: 2_000 })
      expect(facts).toMatchObject({ wrong: [], lost: [], unexpected: [], restarted: false })
      expect(facts.healMs).toBeLessThan(5_000)
      expect(facts.acknowledged).toBeGreaterThan(0)
      expect(Object.values(facts.during).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(10)
    },
    60_000,
  )
})
