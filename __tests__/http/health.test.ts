import { live, ready } from '@/http/health'
import { useDatabase } from '../support/club'
import { countStatements } from '../support/statements'

const database = useDatabase()

describe('readiness, which anyone may ask for', () => {
  it('asks the database once for all who ask at the same time', async () => {
    const ask = async () => {
      const answers = await Promise.all(Array.from({ length: 200 }, ready))
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
      expect(await answers[199]?.json()).toMatchObject({
        status: 'ok',
        checks: { database: 'ok', migrations: 'ok' },
      })
    }
    const one = await countStatements(database.directUrl(), ready)
    expect(one).toBeGreaterThan(0)
    expect(await countStatements(database.directUrl(), ask)).toBe(one)
  })

  it('asks anew for whoever asks next', async () => {
    await ready()
    expect(await countStatements(database.directUrl(), ready)).toBeGreaterThan(0)
  })
})

it('liveness asks nobody', async () => {
  expect(await countStatements(database.directUrl(), live)).toBe(0)
})
