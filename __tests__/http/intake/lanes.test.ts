import { Lanes } from '@/http/intake/lanes'

describe('G13: so many actions at once', () => {
  it('of each, and in all', () => {
    const lanes = new Lanes({ each: 2, all: 3 })
    expect([lanes.enter('a'), lanes.enter('a'), lanes.enter('a')]).toEqual([true, true, false])
    expect([lanes.enter('b'), lanes.enter('b')]).toEqual([true, false])
    lanes.leave('a')
    expect([lanes.enter('b'), lanes.enter('b')]).toEqual([true, false])
  })

  it('but nobody waits for others who has none under way', () => {
    const lanes = new Lanes({ each: 8, all: 8 })
    for (let i = 0; i < 8; i++) lanes.enter('attacker')
    expect([lanes.enter('attacker'), lanes.enter('victim'), lanes.enter('victim')]).toEqual([
      false,
      true,
      false,
    ])
    lanes.leave('victim')
    expect(lanes.enter('victim')).toBe(true)
  })
})
