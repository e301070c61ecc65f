import { floodInProcess, floodOverHttp, hoardConnections } from '../../../chaos/flood'
import { useScene } from '../../support/scene'
import { send, type RawResponse } from '../../support/raw-http'

// The short form of what `npm run chaos` does a million times.

// The limit on failures as it comes, and no limit in the way of good keys. Connections that were answered stay
// for the next request: shorter here, so that their end can be waited for.
const scene = useScene({ RATE_LIMIT_FAILURES_PER_ADDRESS: '', KEEP_ALIVE_TIMEOUT: '5' })

describe('a flood of tokens that nobody has', () => {
  it('lets none in and keeps nothing of them: in process', async () => {
    const { answers, memoryMiB } = await floodInProcess(scene().postgres, 40_000)
    expect(Object.keys(answers).filter((status) => !['401', '429'].includes(status))).toEqual([])
    expect(memoryMiB.after - memoryMiB.before).toBeLessThan(16)
  }, 120_000)

  it('lets none in and keeps nothing of them: over HTTP', async () => {
    const { answers, memoryMiB } = await floodOverHttp(scene().app, 4_000)
    expect(Object.keys(answers).filter((status) => !['401', '429'].includes(status))).toEqual([])
    // Of the whole process, garbage included that nobody had to collect yet; the long run shows that it ends.
    expect(memoryMiB.after - memoryMiB.before).toBeLessThan(256)
  }, 120_000)
})

describe('G12: hostile connections', () => {
  it('that bring nothing, or little, are bounded and ended, and good keys go on', async () => {
    const { openAtMost, good, slowest, left } = await hoardConnections(scene().app, 2_500, 20_000)
    expect(openAtMost).toBeLessThanOrEqual(2_200)
    expect(Object.keys(good)).toEqual(['200'])
    expect(slowest).toBeLessThan(1_000)
    expect(left).toBe(0)
  }, 60_000)

  it('with headers of a megabyte are refused, a hundred at a time', async () => {
    const before = scene().app.memoryMiB()
    const headers: [string, string][] = [['X-Huge', 'x'.repeat(1_000_000)]]
    const attempts = Array.from({ length: 100 }, () =>
      send(scene().app.port, { path: '/api/v1/whoami', headers }),
    )
    const answers = await Promise.allSettled(attempts)
    const statuses = answers.map((answer) =>
      answer.status === 'fulfilled' ? answer.value.status : 'cut off',
    )
    expect([...new Set(statuses)].filter((status) => status !== 431 && status !== 'cut off')).toEqual([])
    expect(scene().app.memoryMiB() - before).toBeLessThan(150)
  })

  it.each(['\u0000', 'sk_club_\u0000', 'é', '\u{1F600}', '\u00a0', '\ud800', '\u202e', 'sk_club_ａ'])(
    'with %j for a token are refused, in UTF-8 and in Latin-1',
    async (piece) => {
      for (const encoding of ['utf8', 'latin1'] as const) {
        const value = Buffer.from(`Bearer ${piece.repeat(20)}`, encoding).toString('latin1')
        const answer: RawResponse = await send(scene().app.port, {
          path: '/api/v1/whoami',
          headers: [['Authorization', value]],
        })
        expect([400, 401, 429]).toContain(answer.status)
      }
    },
  )
})
