import { updateApiKey } from '@/lib/auth/api-key'
import { makeClub, makeKey, makeMember, useDatabase } from '../support/club'
import { ask, signedIn } from '../support/in-process'

useDatabase()

it('whoami tells the key’s name, end and metadata as they are now; of a sign-in no key', async () => {
  const owner = await makeMember((await makeClub()).id, ['COACH'])
  const expiresAt = new Date(Date.now() + 86_400_000 * 30)
  const key = await makeKey(owner, { name: 'scoreboard', expiresAt })
  const who = async () => ((await (await ask(key, 'GET', 'whoami')).json()) as { key: object }).key
  const known = { id: key.id, name: 'scoreboard', expiresAt: expiresAt.toISOString() }
  expect(await who()).toEqual({ ...known, metadata: {} })
  const metadata = { hall: 2, devices: [{ name: 'left', ports: [1, 2] }, null], more: { a: { b: true } } }
  await updateApiKey(key.actor, { id: key.id, metadata })
  expect(await who()).toEqual({ ...known, metadata })
  const session = await ask(await signedIn(owner), 'GET', 'whoami')
  expect(await session.json()).toMatchObject({ key: null, user: { id: owner.userId } })
})
