import { changesHeard, makeClub, makeKey, makeMember, useDatabase, type Member } from '../support/club'
import { useServer, type Server } from '../support/server'

const database = useDatabase()
const [server, other] = [useServer(database.url), useServer(database.url)]

const TIMES = 20

let owner: Member
beforeAll(async () => {
  owner = await makeMember((await makeClub()).id, ['COACH'])
  await changesHeard()
})

const report = (token: string) => server().call('POST', '/api/v1/leaks', undefined, { token })
const whoami = async (at: Server, token: string) => (await at.call('GET', '/api/v1/whoami', token)).status

it('G5: a leaked key is dead in another process within milliseconds of the report', async () => {
  const times: number[] = []
  for (let n = 0; n < TIMES; n++) {
    const key = await makeKey(owner)
    for (const at of [server(), other()])
      for (let i = 0; i < 3; i++) expect(await whoami(at, key.token)).toBe(200)
    const [sent, answered] = [Date.now(), report(key.token)]
    while ((await whoami(other(), key.token)) !== 401)
      if (Date.now() - sent > 10_000) throw new Error('still accepted after 10 s')
    times.push(Date.now() - sent)
    expect((await answered).status).toBe(202)
  }
  times.sort((a, b) => a - b)
  // From when the report was sent: its own work, and asking again and again, are in it.
  expect(times[Math.floor(TIMES / 2)]).toBeLessThanOrEqual(300)
  expect(times.at(-1)).toBeLessThan(3_000)
}, 120_000)

it('the live and the dead are answered after the same time', async () => {
  const times: Record<'live' | 'dead', number[]> = { live: [], dead: [] }
  for (let n = 0; n < 7; n++) {
    const key = await makeKey(owner)
    for (const kind of ['live', 'dead'] as const) {
      const began = performance.now()
      await report(key.token)
      times[kind].push(performance.now() - began)
    }
  }
  const [live, dead] = [times.live, times.dead].map((all) => all.sort((a, b) => a - b)[3]!)
  // Both end with the same step, of 200 ms.
  expect(Math.abs(live! - dead!)).toBeLessThan(50)
}, 30_000)
