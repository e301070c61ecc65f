import { expectProblem } from '../support/answers'
import { useDatabase } from '../support/club'
import { useServer } from '../support/server'
import { forgetAttempts, signIn, useSession } from '../support/sign-in'

const CALLS = 6
const database = useDatabase()
const server = useServer(database.url, { env: { RATE_LIMIT_PER_SESSION: String(CALLS) } })
beforeEach(forgetAttempts)

async function setup() {
  const { member, home } = await useSession(server())
  const cookie = await signIn(server(), member)
  const read = (path: string, session = cookie) => server().send({ path, headers: [['Cookie', session]] })
  const fill = async () => {
    for (let i = 0; i < CALLS; i++) await read(`/clubs/${home.slug}/keys`)
  }
  return { member, read, fill, keys: `/clubs/${home.slug}/keys` }
}

describe('the pages of a club', () => {
  it.each([
    ['as they are', (path: string) => path],
    ['spelt in percents', (path: string) => path.replace('/clubs', '/%63lubs')],
    ['as a client’s navigation asks for them', (path: string) => `${path}?_rsc=1`],
  ])('count as calls of the sign-in that reads them, %s', async (_, spelt) => {
    const { read, keys } = await setup()
    const answers = await Promise.all(Array.from({ length: CALLS + 3 }, () => read(spelt(keys))))
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(3)
    const refused = answers.find(({ status }) => status === 429)
    expectProblem(refused!, 'rate_limited')
    expect(Number(refused?.headers['retry-after'])).toBeGreaterThan(0)
  })

  it('G13: used up by whoever has the cookie, they leave the way to end it open', async () => {
    const { member, read, fill, keys } = await setup()
    await fill()
    expect((await read(keys)).status).toBe(429)
    expect((await read('/account')).status).toBe(200)
    expect((await read('/sign-in')).status).not.toBe(429)
    expect((await read(keys, await signIn(server(), member))).status).toBe(200)
  })

  it('count nothing for who is not signed in: they are sent to sign in', async () => {
    const { keys } = await setup()
    const asked = Array.from({ length: 2 * CALLS }, () => server().send({ path: keys }))
    for (const { status, headers } of await Promise.all(asked)) {
      expect(status).toBe(307)
      expect(headers.location).toContain('/sign-in')
    }
  })
})
