import { hash } from '@node-rs/bcrypt'
import { operatorActor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'
import { flushUses } from '@/lib/usage/record'
import { makeClub, makeKey, makeMember, useDatabase, type TestKey } from '../support/club'
import { ask } from '../support/in-process'
import { keyOf, oldToken, useImports } from '../support/importing'

const GUESSES = 3
Object.assign(process.env, {
  API_KEY_BCRYPT: 'on',
  API_KEY_OLD_PREFIXES: 'acme_',
  RATE_LIMIT_GUESSES_PER_CREDENTIAL: String(GUESSES),
})

useDatabase()
const { coach, take } = useImports()

const BCRYPT = { kind: 'bcrypt', prefix: 'acme_', minBits: 192 } as const

/** A token of which only a bcrypt hash is known, and who asks about it: its own club, and another. */
async function setup() {
  const token = oldToken()
  const cells = { digest: await hash(token, 4), lookup: token.slice(0, 13), owner: coach().email }
  expect((await take([cells], BCRYPT)).totals.imported).toBe(1)
  const asker = async (clubId: string) =>
    makeKey(await makeMember(clubId, ['CLUB_ADMIN']), { scopes: ['tokens:introspect'] })
  const unused = async () => (await db().slowHash.count({ where: { hash: cells.digest } })) === 1
  return { token, unused, home: await asker(coach().clubId), rival: await asker((await makeClub()).id) }
}

const about = async (caller: TestKey, token: string) => {
  const answer = await ask(caller, 'POST', 'introspect', new URLSearchParams({ token }))
  return (await answer.json()) as { active?: boolean; code?: string; sub?: string }
}
const upgrades = (apiKeyId: string) =>
  db().auditEvent.count({ where: { action: 'api-key.upgrade', targetId: apiKeyId } })

it('an old token is known at the first question about it, and computed no second time; that is no use', async () => {
  const { token, unused, home } = await setup()
  for (let n = 0; n < 3; n++)
    expect(await about(home, token)).toMatchObject({ active: true, sub: coach().userId })
  expect(await unused()).toBe(false)
  await flushUses()
  const { id, use } = await keyOf(token)
  expect([await upgrades(id), use]).toEqual([1, null])
})

it('G3: another club’s question computes nothing, changes nothing, and spoils nobody’s first use', async () => {
  const { token, unused, home, rival } = await setup()
  expect(await about(rival, token)).toEqual({ active: false })
  expect(await unused()).toBe(true)
  expect(await about(home, token)).toMatchObject({ active: true })
  expect(await about(rival, token)).toEqual({ active: false })
})

it('a caller over its guesses makes this server compute nothing', async () => {
  const { token, unused, home } = await setup()
  for (let n = 0; n < GUESSES; n++)
    expect(await about(home, `${token.slice(0, -1)}${n}`)).toEqual({ active: false })
  expect(await about(home, token)).toMatchObject({ code: 'rate_limited' })
  expect(await unused()).toBe(true)
  // Whoever comes with the token itself is let in, as ever.
  expect((await ask({ token }, 'GET', 'whoami')).status).toBe(200)
  expect(await about(home, token)).toMatchObject({ active: true })
})

it('tokens that only an import knows are asked about like others, as SHA-256 too', async () => {
  const { home, rival } = await setup()
  const token = oldToken()
  await take([{ token, owner: coach().email }], {}, operatorActor(coach().clubId, null, 'test'))
  expect(await about(home, token)).toMatchObject({ active: true, sub: coach().userId })
  expect(await about(rival, token)).toEqual({ active: false })
  expect(await about(home, oldToken())).toEqual({ active: false })
})

it('many keys that ask have the turns of one club: they do not delay another club’s first use', async () => {
  const costly = oldToken()
  const cells = { digest: await hash(costly, 10), lookup: costly.slice(0, 13), owner: coach().email }
  expect((await take([cells], BCRYPT)).totals.imported).toBe(1)
  const { token } = await setup()
  const admin = await makeMember(coach().clubId, ['CLUB_ADMIN'])
  const askers = await Promise.all(
    Array.from({ length: 12 }, () => makeKey(admin, { scopes: ['tokens:introspect'] })),
  )
  // What a key brings to its first request is looked up before: from here on, hashes are all that takes time.
  for (const asker of askers) await ask(asker, 'GET', 'whoami')
  let answered = 0
  const guesses = askers.flatMap((asker, n) =>
    Array.from({ length: GUESSES }, (_, m) =>
      about(asker, `${costly.slice(0, 13)}${n}guess${m}`).finally(() => answered++),
    ),
  )
  await Promise.race(guesses)
  const before = answered
  expect((await ask({ token }, 'GET', 'whoami')).status).toBe(200)
  expect(answered - before).toBeLessThan(8)
  await Promise.all(guesses)
}, 60_000)
