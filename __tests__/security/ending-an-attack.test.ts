import type { Operation } from '@/contracts/operation'
import { createApiKey } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { flushUses } from '@/lib/usage/record'
import { actorOf, makeClub, makeKey, makeMember, useDatabase, type Member } from '../support/club'
import { ask, signedIn, type Caller } from '../support/in-process'
import { membershipOf } from '../support/sign-in'
import { operations } from '../support/tenancy'

const CHANGES = 6
const KEY = 40
const CLUB = 60
Object.assign(process.env, {
  RATE_LIMIT_CHANGES_PER_USER: String(CHANGES),
  RATE_LIMIT_PER_KEY: String(KEY),
  RATE_LIMIT_PER_CLUB: String(CLUB),
  RATE_LIMIT_PER_SESSION: '50',
  RATE_LIMIT_ENDINGS_PER_CREDENTIAL: '10',
})

useDatabase()
afterEach(flushUses)

const KEY_BODY = { name: 'made', scopes: ['practices:read'] }
const flood = (count: number, call: () => Promise<Response>) =>
  Promise.all(Array.from({ length: count }, async () => (await call()).status))
const tally = (statuses: number[]) =>
  Object.fromEntries(
    [...new Set(statuses)].sort().map((s) => [s, statuses.filter((one) => one === s).length]),
  )

async function setup() {
  const { id: clubId } = await makeClub()
  const admin = await makeMember(clubId, ['CLUB_ADMIN', 'COACH'])
  const leaked = await makeKey(admin, { scopes: ['practices:read'] })
  const full = await makeKey(admin)
  return { clubId, admin, leaked, full, session: await signedIn(admin) }
}

/** A key that the same owner has in another club. */
async function elsewhere({ userId, email, roles }: Member) {
  const { id: clubId } = await makeClub()
  await db().membership.create({ data: { clubId, userId, roles } })
  return { clubId, userId, email, roles }
}

describe('G13: whoever is attacked can end the attack', () => {
  it('a leaked read-only key that asks for keys in a loop keeps nobody from anything, and loses its own calls', async () => {
    const { admin, leaked, full, session } = await setup()
    const there = await elsewhere(admin)
    const other = await signedIn(there)
    expect(tally(await flood(KEY + 20, () => ask(leaked, 'POST', 'api-keys', {})))).toEqual({
      403: KEY,
      429: 20,
    })
    expect((await ask(leaked, 'GET', 'practices')).status).toBe(429)
    for (const caller of [full, session] satisfies Caller[])
      expect((await ask(caller, 'POST', 'api-keys', KEY_BODY)).status).toBe(201)
    expect((await ask(other, 'POST', 'api-keys', KEY_BODY)).status).toBe(201)
    expect((await ask(session, 'POST', `api-keys/${leaked.id}/revoke`)).status).toBe(200)
  })

  it.each([
    ['its owner’s session', 'session'],
    ['another key of its owner', 'full'],
  ] as const)(
    'a leaked key that may write is ended by %s while it makes keys, and they with it',
    async (_, by) => {
      const { admin, session, full } = await setup()
      const writer = await makeKey(admin)
      const made = flood(CHANGES + 10, () => ask(writer, 'POST', 'api-keys', KEY_BODY))
      expect(tally(await made)).toEqual({ 201: CHANGES, 429: 10 })
      const answer = await ask({ session, full }[by], 'POST', `api-keys/${writer.id}/revoke`)
      expect(answer.status).toBe(200)
      expect(((await answer.json()) as { alsoRevoked: string[] }).alsoRevoked).toHaveLength(CHANGES)
    },
  )

  it('G10: keys that a key mints multiply nothing: together they make as much as one, in this club alone', async () => {
    const { admin, session } = await setup()
    const writers = await Promise.all(Array.from({ length: 4 }, () => makeKey(admin)))
    const statuses = await flood(5, async () => {
      const all = await Promise.all(writers.map((writer) => ask(writer, 'POST', 'api-keys', KEY_BODY)))
      return all.find(({ status }) => status !== 429) ?? all[0]!
    })
    expect(statuses).toHaveLength(5)
    const { data } = (await (await ask(session, 'GET', 'api-keys?limit=100')).json()) as {
      data: { name: string }[]
    }
    expect(data.filter(({ name }) => name === 'made')).toHaveLength(CHANGES)
    const there = await makeKey(await elsewhere(admin))
    expect((await ask(there, 'POST', 'api-keys', KEY_BODY)).status).toBe(201)
    expect((await ask(session, 'POST', 'api-keys', KEY_BODY)).status).toBe(201)
  })

  it('other keys that fill the club’s ceiling refuse calls, and no ending', async () => {
    const { admin, leaked, full, clubId } = await setup()
    const flooders = [leaked, await makeKey(await makeMember(clubId, ['ATHLETE']))]
    const victim = await makeKey(admin)
    for (const one of flooders) await flood(KEY, () => ask(one, 'GET', 'practices'))
    expect((await ask(full, 'GET', 'practices')).status).toBe(429)
    expect((await ask(full, 'POST', 'api-keys', KEY_BODY)).status).toBe(429)
    const endings: [string, string, unknown][] = [
      ['PATCH', `api-keys/${victim.id}`, { disabled: true }],
      ['PATCH', `api-keys/${victim.id}`, { scopes: ['practices:read'] }],
      ['POST', `api-keys/${victim.id}/revoke`, undefined],
      ['POST', 'api-keys/revoke', { ids: [victim.id] }],
      ['DELETE', `api-keys/${victim.id}`, undefined],
    ]
    for (const [method, target, body] of endings)
      expect([target, (await ask(full, method, target, body)).status]).toEqual([
        target,
        method === 'DELETE' ? 204 : 200,
      ])
    // It is no way around the ceiling for whoever may end nothing.
    const reader = await makeKey(admin, { scopes: ['practices:read'] })
    expect((await ask(reader, 'POST', `api-keys/${victim.id}/revoke`)).status).toBe(429)
  })

  it('endings are counted, each credential’s by itself', async () => {
    const { admin, full, session } = await setup()
    const revoke = (caller: Caller) =>
      ask(caller, 'POST', 'api-keys/00000000-0000-4000-8000-000000000000/revoke')
    expect(tally(await flood(15, () => revoke(full)))).toEqual({ 404: 10, 429: 5 })
    expect((await revoke(await makeKey(admin))).status).toBe(404)
    expect(tally(await flood(15, () => revoke(session)))).toEqual({ 404: 10, 429: 5 })
    expect((await revoke(await signedIn(admin))).status).toBe(404)
  })

  it('a stolen cookie that makes all it can keeps no sign-in from ending, nor any key', async () => {
    const { admin, full } = await setup()
    const stolen = await signedIn(admin)
    expect(tally(await flood(20, () => ask(stolen, 'POST', 'api-keys', KEY_BODY)))).toEqual({
      201: CHANGES,
      429: 14,
    })
    const own = await signedIn(admin)
    expect((await ask(own, 'POST', 'api-keys', KEY_BODY)).status).toBe(429)
    const { data } = (await (await ask(own, 'GET', 'api-keys')).json()) as { data: { id: string }[] }
    const ids = data.map(({ id }) => id).filter((id) => id !== full.id)
    expect((await ask(own, 'POST', 'api-keys/revoke', { ids })).status).toBe(200)
    expect((await ask(full, 'POST', 'api-keys', KEY_BODY)).status).toBe(201)
  })

  it('a sign-in meets a limit of its own, which refuses none of its endings and no other sign-in', async () => {
    const { admin, session } = await setup()
    const read = () => ask(session, 'GET', 'practices')
    const first = await read()
    expect(first.headers.get('ratelimit-policy')).toBe('"session";q=50;w=60')
    expect(tally(await flood(60, read))).toEqual({ 200: 49, 429: 11 })
    const over = await read()
    expect(await over.json()).toMatchObject({ code: 'rate_limited' })
    expect(over.headers.get('ratelimit')).toMatch(/^"session";r=0;t=\d+$/)
    expect(over.headers.get('retry-after')).toMatch(/^\d+$/)
    const plan = { title: 'x', startsAt: '2027-01-01T10:00:00Z' }
    expect((await ask(session, 'POST', 'practices', plan)).status).toBe(429)
    expect((await ask(session, 'POST', 'api-keys', KEY_BODY)).status).toBe(429)
    const { id } = await makeKey(admin)
    expect((await ask(session, 'POST', `api-keys/${id}/revoke`)).status).toBe(200)
    expect((await ask(await signedIn(admin), 'GET', 'practices')).status).toBe(200)
  })

  it('a sign-in’s calls count where they find no club, or the sign-in has ended, and no ending is refused for them', async () => {
    const { admin, session } = await setup()
    const lost = await flood(60, () => ask({ ...session, slug: 'no-such-club' }, 'GET', 'practices'))
    expect(tally(lost)).toEqual({ 404: 50, 429: 10 })
    const { id } = await makeKey(admin)
    expect((await ask(session, 'POST', `api-keys/${id}/revoke`)).status).toBe(200)
    const ended = await signedIn(admin)
    await db().loginSession.update({ where: { id: ended.sessionId }, data: { revokedAt: new Date() } })
    expect(tally(await flood(60, () => ask(ended, 'GET', 'practices')))).toEqual({ 401: 50, 429: 10 })
  })

  it('what a member’s keys do is nothing to another member', async () => {
    const { admin, clubId } = await setup()
    const athlete = await makeKey(await makeMember(clubId, ['ATHLETE']))
    await flood(CHANGES + 4, () => ask(athlete, 'POST', 'api-keys', KEY_BODY))
    expect((await ask(await makeKey(admin), 'POST', 'api-keys', KEY_BODY)).status).toBe(201)
  })
})

describe('a change', () => {
  const left = (answer: Response, name: string) =>
    Number(new RegExp(`"${name}";r=(\\d+)`).exec(answer.headers.get('ratelimit') ?? '')?.[1])

  it('that is refused for what was made already leaves the key’s own count and the club’s alone', async () => {
    const { full } = await setup()
    await flood(CHANGES, () => ask(full, 'POST', 'api-keys', KEY_BODY))
    const before = await ask(full, 'GET', 'whoami')
    await flood(5, () => ask(full, 'POST', 'api-keys', KEY_BODY))
    const after = await ask(full, 'GET', 'whoami')
    for (const name of ['key', 'club']) expect(left(after, name)).toBe(left(before, name) - 1)
  })

  it('that only its body shows is an ending while it takes away, and making where it gives', async () => {
    const { admin, full, session } = await setup()
    const key = await makeKey(admin, {
      rateLimit: { limit: 10, windowSeconds: 60 },
      expiresAt: new Date(Date.now() + 3_600_000),
    })
    await flood(CHANGES, () => ask(full, 'POST', 'api-keys', KEY_BODY))
    const patch = (body: unknown, caller: Caller = full) => ask(caller, 'PATCH', `api-keys/${key.id}`, body)
    const narrowing = [
      { scopes: ['practices:read'] },
      { disabled: true },
      { rateLimit: { limit: 5, windowSeconds: 60 } },
      { allowedCidrs: ['192.0.2.0/24'] },
      { name: 'x' },
    ]
    for (const body of narrowing) expect([body, (await patch(body)).status]).toEqual([body, 200])
    const widening = [
      { scopes: ['practices:read', 'members:read'] },
      { disabled: false },
      { rateLimit: { limit: 6, windowSeconds: 60 } },
      { allowedCidrs: null },
    ]
    for (const body of widening) {
      const answer = await patch(body)
      expect([body, answer.status]).toEqual([body, 429])
      expect(left(answer, 'changes')).toBe(0)
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
    }
    // Its owner’s sessions have a count of their own.
    for (const body of widening) expect([body, (await patch(body, session)).status]).toEqual([body, 200])
    expect(left(await patch({ disabled: true }, session), 'endings')).toBe(5)
  })

  it('of members is told apart the same way', async () => {
    const { clubId, session } = await setup()
    const coach = await makeMember(clubId, ['COACH', 'ATHLETE'])
    const { id } = await membershipOf(coach)
    await flood(CHANGES, () => ask(session, 'POST', 'api-keys', KEY_BODY))
    const account = { name: 'robot', roles: ['COACH'] }
    const steps: [number, string, string, unknown][] = [
      [200, 'PATCH', `members/${id}`, { roles: ['ATHLETE'] }],
      [200, 'PATCH', `members/${id}`, { status: 'SUSPENDED' }],
      [429, 'PATCH', `members/${id}`, { status: 'ACTIVE' }],
      [429, 'PATCH', `members/${id}`, { roles: ['COACH'] }],
      [429, 'POST', 'members', { email: 'new@example.test', roles: ['COACH'] }],
      [429, 'POST', 'service-accounts', account],
      [200, 'PATCH', 'club/policy', { maxKeyDays: 200, rateLimit: { limit: 50, windowSeconds: 60 } }],
      [429, 'PATCH', 'club/policy', { maxKeyDays: 300 }],
      [429, 'PATCH', 'club/policy', { rateLimit: null }],
      [200, 'POST', `members/${id}/remove`, undefined],
    ]
    for (const [status, method, target, body] of steps)
      expect([target, body, (await ask(session, method, target, body)).status]).toEqual([
        target,
        body,
        status,
      ])
  })

  it.each(Object.entries<Operation>(operations).filter(([, { method }]) => method !== 'GET'))(
    '%s says whether it makes or ends something, if it is one of keys, members, webhooks or the club',
    (name, { can, act }) => {
      // Of the caller's own key, for which no right is asked.
      if (name === 'revokeOwnKey') return expect(act).toBe('ending')
      // Only tells.
      if (name === 'introspectToken') return expect(act).toBeUndefined()
      expect(act !== undefined).toBe(
        can !== null && ['ApiKey', 'Membership', 'Club', 'WebhookEndpoint'].includes(can[1]),
      )
    },
  )
})

describe('a key that was just made', () => {
  it('counts with its maker', async () => {
    const { full } = await setup()
    const { key } = await createApiKey(await actorOf(full.token), {
      name: 'writer',
      scopes: ['practices:read', 'api-keys:write'],
    })
    await flood(CHANGES - 1, () => ask(full, 'POST', 'api-keys', KEY_BODY))
    expect((await ask({ token: key }, 'POST', 'api-keys', KEY_BODY)).status).toBe(201)
    expect((await ask({ token: key }, 'POST', 'api-keys', KEY_BODY)).status).toBe(429)
  })
})
