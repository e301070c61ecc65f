import { attempt, everyAttack } from '../../../attack/every-attack'
import { setStage, type Stage } from '../../../attack/stage'

// The short form of `npm run attack`.

let stage: Stage
beforeAll(async () => {
  stage = await setStage()
}, 60_000)
afterAll(() => stage.remove())

const short = everyAttack.filter(({ long }) => !long)

describe.each([...new Set(short.map(({ kind }) => kind))])('G15: %s', (kind) => {
  const attacks = short.filter((attack) => attack.kind === kind)
  it.each(attacks.map((attack) => [attack.tried, attack] as const))(
    '%s',
    async (_, attack) => {
      const { seen, ok } = await attempt(attack, stage, true)
      expect(ok ? 'it held' : seen).toBe('it held')
    },
    120_000,
  )
})
