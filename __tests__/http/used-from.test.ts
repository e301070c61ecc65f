import { makeClub, makeKey, makeMember, useDatabase } from '../support/club'
import { send } from '../support/raw-http'
import { useServer } from '../support/server'

const database = useDatabase()
const server = useServer(database.url)

it('a key shows the address and the agent of its last use, as the door knew them', async () => {
  const { id, token } = await makeKey(await makeMember((await makeClub()).id, ['COACH']))
  const headers = [
    ['Authorization', `Bearer ${token}`],
    ['User-Agent', 'scoreboard/2.1'],
    ['X-Forwarded-For', '203.0.113.9'],
  ] as const
  const call = (path: string) => send(server().port, { path, headers: [...headers] })
  await call('/api/v1/whoami')
  for (let tries = 0; ; tries++) {
    const said = (await call(`/api/v1/api-keys/${id}`)).json() as { lastUsedFrom: object | null }
    if (said.lastUsedFrom === null && tries < 50) {
      await new Promise((resolve) => setTimeout(resolve, 100))
      continue
    }
    // Nobody is trusted to say who the client is: what it says of itself does not count.
    expect(said.lastUsedFrom).toEqual({ address: '127.0.0.1', userAgent: 'scoreboard/2.1' })
    return
  }
})
