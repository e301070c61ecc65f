import { makeClub, makeKey, makeMember, useDatabase } from '../support/club'
import { useServer } from '../support/server'

const database = useDatabase()
const server = useServer(database.url)

async function setup() {
  const club = await makeClub()
  const { id, token } = await makeKey(await makeMember(club.id, ['CLUB_ADMIN']))
  const search = (q: string) =>
    server().call('GET', `/api/v1/api-keys?${new URLSearchParams({ q }).toString()}`, token)
  const { start, last4 } = (await server().call('GET', `/api/v1/api-keys/${id}`, token)).json() as {
    start: string
    last4: string
  }
  return { id, token, start, last4, search }
}

describe('a key is found', () => {
  it('by the start and the end that the list shows of it', async () => {
    const { id, start, last4, search } = await setup()
    for (const q of [start, start.slice(0, -1), last4])
      expect([q, (await search(q)).json()]).toMatchObject([q, { data: [{ id }] }])
  })

  it('but not by its token, whole or nearly: that is a key in a URL', async () => {
    const { token, search } = await setup()
    for (const q of [token, token.slice(0, -6), token.slice(0, -16)]) {
      const answer = await search(q)
      expect([answer.status, answer.json().code]).toEqual([400, 'invalid_request'])
      expect(answer.body).not.toContain(q)
    }
  })
})
