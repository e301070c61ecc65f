import { bySlot, counterName } from '@/lib/limits/slots'
import type { Limit } from '@/lib/limits/limit'

/**
 * What a cluster reads: from the first brace to the next one. Where nothing stands between them, it takes
 * the whole name.
 */
const tagOf = (name: string) => /\{(.*?)\}/.exec(name)![1]!

it.each(['club', '}', '}{', 'a}b', '{a', 'Org/1,*+ é'])(
  'what one script counts together has one slot: a club called %j',
  (clubId) => {
    const limits: Limit[] = [
      { name: 'key', id: 'k', slot: clubId, limit: 1, windowSeconds: 60 },
      { name: 'club', id: clubId, limit: 1, windowSeconds: 60 },
    ]
    expect(bySlot(limits)).toEqual([limits])
    const tags = limits.map((limit) => tagOf(counterName(limit)))
    expect(new Set(tags).size).toBe(1)
    expect(tags).not.toContain('')
  },
)
