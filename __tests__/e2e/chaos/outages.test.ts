import { closeDb } from '@/lib/db/client'
import { FAULTS, type FaultName, type Scene } from '../../../chaos/faults'
import { outage } from '../../../chaos/outage'
import { setScene } from '../../../chaos/stage/scene'

// The short form of `npm run chaos`: every fault, once.

let scene: Scene & { remove: () => Promise<void> }
beforeAll(async () => {
  scene = await setScene()
}, 60_000)
afterAll(async () => {
  await closeDb()
  await scene.remove()
})

describe('G7, G8: whatever is away, no caller is told wrong and nothing acknowledged is lost', () => {
  it.each(Object.keys(FAULTS) as FaultName[])(
    '%s',
    async (fault) => {
      const facts = await outage(scene, fault, { rounds: 1, holdMs: 2_000 })
      expect(facts).toMatchObject({ wrong: [], lost: [], unexpected: [], restarted: false })
      expect(facts.healMs).toBeLessThan(5_000)
      expect(facts.acknowledged).toBeGreaterThan(0)
      expect(Object.values(facts.during).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(10)
    },
    60_000,
  )
})
