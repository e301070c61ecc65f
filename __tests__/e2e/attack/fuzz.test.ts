import { fuzz } from '../../../attack/fuzz/fuzz'
import { WITHOUT_LIMITS } from '../../../attack/fuzz/stage'
import { useDatabase } from '../../support/club'
import { useServer } from '../../support/server'

// The short form of `npm run attack -- --fuzz`.

const database = useDatabase()
const server = useServer(database.url, { env: WITHOUT_LIMITS })

it('answers whatever the API document lets one ask, and nearly so, as it says', async () => {
  const seed = Date.now() % 2 ** 31
  const { mismatches, done, requests } = await fuzz(server().port, { seed, requests: 1_500 })
  expect({ seed, mismatches }).toEqual({ seed, mismatches: [] })
  expect(requests).toBe(1_500)
  // Most were done, not only refused.
  expect(done).toBeGreaterThan(25)
}, 400_000)
