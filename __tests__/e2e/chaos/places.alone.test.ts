import { countInEachPlace } from '../../../chaos/places'
import { useScene } from '../../support/scene'

// As `npm run chaos` does it.

const scene = useScene()

it('G10: exactly 20 of 200 calls at once pass a limit of 20, whatever counts them and whatever stands before', async () => {
  for (const { place, answers } of await countInEachPlace(scene().postgres))
    expect([place, answers]).toEqual([place, { 200: 20, 429: 180 }])
}, 120_000)
