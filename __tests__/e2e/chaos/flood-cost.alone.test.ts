import { costOfRefusal, shareUnderFlood } from '../../../chaos/flood'
import { useScene } from '../../support/scene'

// The short form of what `npm run chaos` measures for longer.

// The limit on failures as it comes, and no limit in the way of good keys.
const scene = useScene({ RATE_LIMIT_FAILURES_PER_ADDRESS: '' })

describe('a flood of tokens that nobody has', () => {
  it('costs no more CPU a request than good keys do', async () => {
    expect(await costOfRefusal(scene().app, 5, 400)).toBeLessThanOrEqual(1)
  }, 60_000)

  it('of a tenth of capacity leaves good keys four fifths of their throughput', async () => {
    // By CPU: the machine may not be ours alone. The long run takes it by the clock.
    expect((await shareUnderFlood(scene().app, 9, 1_000)).perCpuSecond).toBeGreaterThanOrEqual(0.8)
  }, 60_000)
})
