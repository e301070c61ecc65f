import { randomUUID } from 'node:crypto'
import { revokeOwnKey, updateApiKey } from '@/lib/auth/api-key'
import { checksum } from '@/lib/auth/token'
import { verifiedKeys } from '@/lib/auth/verified-keys'
import { db } from '@/lib/db/client'
import { flushUses } from '@/lib/usage/record'
import { makeKey, twoClubs, useDatabase } from '../support/club'
import { ask, signedIn, type Caller } from '../support/in-process'
import { countStatements } from '../support/statements'

const GUESSES = 20
Object.assign(process.env, {
  RATE_LIMIT_GUESSES_PER_CREDENTIAL: String(GUESSES),
  RATE_LIMIT_FAILURES_PER_ADDRESS: '15',
})
const database = useDatabase()

type Fields = Record<string, string>
const introspect = (caller: Caller, fields: Fields, more?: Record<string, string>) =>
  ask(caller, 'POST', 'introspect', new URLSearchParams(fields), more)
const about = async (caller: Caller, token: string, fields: Fields = {}) => {
  const answer = await introspect(caller, { token, ...fields })
  return { status: answer.status, text: await answer.text() }
}
const INACTIVE = { status: 200, text: '{"active":false}' }
const secondsOf = (at: Date) => Math.floor(at.getTime() / 1000)

/** A club with a service that asks about the tokens of its clients, and a client. */
async function setup() {
  const { home, rival } = await twoClubs()
  const service = await makeKey(home.admin, { scopes: ['tokens:introspect'] })
  return { home, rival, service, client: home.keys.coach }
}

const unknownToken = () => {
  const body = `sk_club_${randomUUID().replaceAll('-', '')}${'0'.repeat(11)}`
  return body + checksum(body)
}

describe('POST introspect', () => {
  it('tells what RFC 7662 has a name for, and the club, name and metadata of the key', async () => {
    const { home, service } = await setup()
    const expiresAt = new Date(Date.now() + 86_400_999)
    const { id, token, actor } = await makeKey(home.coach, { name: 'scoreboard', expiresAt })
    await updateApiKey(actor, { id, metadata: { hall: [2, { door: null }] } })
    const { createdAt } = await db().apiKey.findUniqueOrThrow({ where: { id } })
    const answer = await introspect(service, { token, token_type_hint: 'refresh_token' })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await answer.json()).toEqual({
      active: true,
      scope: actor.scopes.join(' '),
      client_id: id,
      sub: home.coach.userId,
      exp: secondsOf(expiresAt),
      iat: secondsOf(createdAt),
      club: { id: home.clubId, slug: home.slug },
      name: 'scoreboard',
      metadata: { hall: [2, { door: null }] },
    })
    const endless = await makeKey(home.coach, { expiresAt: null })
    expect(await (await introspect(service, { token: endless.token })).json()).not.toHaveProperty('exp')
  })

  it('G4: tells the scopes that the owner’s roles leave of the key’s', async () => {
    const { home, service } = await setup()
    const { token } = await makeKey(home.coach, { scopes: ['practices:read', 'practices:write'] })
    await db().membership.update({
      where: { clubId_userId: { clubId: home.clubId, userId: home.coach.userId } },
      data: { roles: ['ATHLETE'] },
    })
    expect(JSON.parse((await about(service, token)).text)).toMatchObject({ scope: 'practices:read' })
    expect(await about(service, token, { scope: 'practices:write' })).toEqual(INACTIVE)
    await db().membership.update({
      where: { clubId_userId: { clubId: home.clubId, userId: home.coach.userId } },
      data: { status: 'SUSPENDED' },
    })
    expect(await about(service, token)).toEqual(INACTIVE)
  })

  it('G3: says of every other token the same, byte for byte, whatever it is', async () => {
    const { home, rival, service } = await setup()
    const [revoked, disabled, expired, lost] = [
      await makeKey(home.coach),
      await makeKey(home.coach),
      await makeKey(home.coach),
      await makeKey(home.athlete),
    ]
    await db().apiKey.update({ where: { id: revoked.id }, data: { revokedAt: new Date() } })
    await db().apiKey.update({ where: { id: disabled.id }, data: { disabledAt: new Date() } })
    await db().apiKey.update({
      where: { id: expired.id },
      data: { createdAt: new Date(Date.now() - 9_000), expiresAt: new Date(Date.now() - 1_000) },
    })
    await db().user.update({ where: { id: home.athlete.userId }, data: { disabledAt: new Date() } })
    const dead = [revoked, disabled, expired, lost].map(({ token }) => token)
    const noTokens = ['x', ' ', 'a b', '\u0000', 'é', '😀', `${unknownToken()},`, 'x'.repeat(257), '=']
    const tokens = [
      ...dead,
      rival.keys.admin.token,
      unknownToken(),
      unknownToken().slice(0, -1),
      'an-imported-one-that-nobody-knows',
      ...noTokens,
    ]
    const answers = new Set<string>()
    // Each by a service of its own, so that each is the first that it asks about.
    for (const token of tokens) {
      const asker = await makeKey(home.admin, { scopes: ['tokens:introspect'] })
      const answer = await introspect(asker, { token })
      const { 'x-request-id': _id, ratelimit, ...headers } = Object.fromEntries(answer.headers)
      const left = ratelimit?.replaceAll(/"club";r=\d+|t=\d+/g, '')
      answers.add(JSON.stringify([answer.status, left, headers, await answer.text()]))
    }
    expect([...answers]).toEqual([expect.stringContaining('{\\"active\\":false}')])
    expect(await about(service, home.keys.coach.token)).toMatchObject({ status: 200 })
  })

  it('asks the scope of whoever asks about another token, and none of a key that asks about itself', async () => {
    const { home, rival, client } = await setup()
    const own = await about(client, client.token)
    expect(JSON.parse(own.text)).toMatchObject({ active: true, client_id: client.id })
    const shut = new Set<string>()
    for (const token of [home.keys.athlete.token, rival.keys.coach.token, unknownToken(), 'x']) {
      const answer = await introspect(client, { token })
      const { requestId: _id, ...problem } = (await answer.json()) as Record<string, unknown>
      shut.add(JSON.stringify([answer.status, answer.headers.get('www-authenticate'), problem]))
    }
    expect(shut.size).toBe(1)
    expect([...shut][0]).toContain('Bearer realm=\\"api\\", error=\\"insufficient_scope\\", scope=\\"tokens:introspect\\"') // prettier-ignore
  })

  it('answers an admin who is signed in, in the club that they name, and nobody else who is', async () => {
    const { home, rival, client } = await setup()
    const admin = await signedIn(home.admin)
    expect(JSON.parse((await about(admin, client.token)).text)).toMatchObject({ client_id: client.id })
    expect(await about(admin, rival.keys.coach.token)).toEqual(INACTIVE)
    expect(await about(await signedIn(home.coach), client.token)).toMatchObject({ status: 403 })
    const elsewhere = await introspect(admin, { token: client.token }, { origin: 'https://evil.example' })
    expect(elsewhere.status).toBe(403)
    expect((await introspect(admin, { token: client.token }, { 'x-club': rival.slug })).status).toBe(404)
  })

  it('knows a token as active for `scope` only if it has all of it', async () => {
    const { home, service } = await setup()
    const { token } = await makeKey(home.coach, { scopes: ['practices:read', 'members:read'] })
    for (const scope of ['practices:read', 'members:read practices:read', ' practices:read  ', ''])
      expect([scope, JSON.parse((await about(service, token, { scope })).text)]).toMatchObject([scope, { active: true }]) // prettier-ignore
    for (const scope of [
      'practices:write',
      'practices:read practices:write',
      'practices',
      'practices:read,',
      'constructor',
    ])
      // prettier-ignore
      expect([scope, await about(service, token, { scope })]).toEqual([scope, INACTIVE])
  })

  it('holds a key with an address list to the address that the service says, and to no other', async () => {
    const { home, service } = await setup()
    const { token } = await makeKey(home.coach, { allowedCidrs: ['203.0.113.0/24', '2001:db8::/32'] })
    const from = (client_address: string) => about(service, token, { client_address })
    expect(await about(service, token)).toEqual(INACTIVE)
    for (const address of ['', '198.51.100.1', '127.0.0.1', '::1', '2001:db9::1'])
      expect([address, await from(address)]).toEqual([address, INACTIVE])
    for (const address of ['203.0.113.7', '::ffff:203.0.113.7', '2001:DB8::1', '2001:db8::1%eth0'])
      expect([address, JSON.parse((await from(address)).text)]).toMatchObject([address, { active: true }])
    // Whatever the token is: a service must not learn from it.
    for (const one of [token, 'x'])
      for (const address of ['203.0.113.7:443', '203.0.113.7, 203.0.113.8', '203.0.113', '[::1]', 'unknown', '\u0000'])
        expect(await about(service, one, { client_address: address })).toMatchObject({ status: 422, text: expect.stringContaining('"client_address"') }) // prettier-ignore
  })

  it('is no use of the key: neither last use nor usage nor limits of it change', async () => {
    const { home, service } = await setup()
    const rateLimit = { limit: 2, windowSeconds: 3600 }
    const { id, token } = await makeKey(home.coach, { rateLimit })
    const other = await makeKey(home.coach, { scopes: ['practices:read'] })
    for (let n = 0; n < 4; n++) {
      expect(JSON.parse((await about(service, token)).text)).toMatchObject({ active: true })
      expect(await about(service, other.token, { scope: 'members:read' })).toEqual(INACTIVE)
    }
    await flushUses()
    const ids = { in: [id, other.id] }
    const written = await Promise.all([
      db().apiKeyUse.count({ where: { apiKeyId: ids } }),
      db().apiKeyUsage.count({ where: { apiKeyId: ids } }),
      db().apiKeyScopeUse.count({ where: { apiKeyId: ids } }),
      db().apiKeyPlace.count({ where: { apiKeyId: ids } }),
    ])
    expect(written).toEqual([0, 0, 0, 0])
    const first = await ask({ token }, 'GET', 'whoami')
    expect(first.headers.get('ratelimit')).toMatch(/^"key";r=1;/)
    // The service's own scope was needed, and that is on record.
    expect(await db().apiKeyScopeUse.count({ where: { apiKeyId: service.id } })).toBe(1)
  })

  it('G5, G6: costs no statement where both keys are in memory, and knows a revocation at once', async () => {
    const { home, service } = await setup()
    const client = await makeKey(home.coach, { scopes: ['practices:read'] })
    const active = async () => (await about(service, client.token)).text.startsWith('{"active":true')
    verifiedKeys().prove({ wall: Date.now(), monotonic: performance.now() })
    expect(await active()).toBe(true)
    await flushUses()
    const statements = await countStatements(
      database.directUrl(),
      async () => {
        for (let n = 0; n < 3; n++) expect(await active()).toBe(true)
      },
      '%"ApiKey"%',
    )
    expect(statements).toBe(0)
    const looked = await countStatements(
      database.directUrl(),
      async () => expect(await about(service, unknownToken())).toEqual(INACTIVE),
      '%"digest" = $%',
    )
    expect(looked).toBe(1)
    await revokeOwnKey(client.actor)
    expect(await active()).toBe(false)
    verifiedKeys().distrust()
  })
})

describe('tokens that are not active', () => {
  it('count against who asks, and against nobody’s address; good ones are answered all the same', async () => {
    const { home, service, client } = await setup()
    const guess = () => introspect(service, { token: unknownToken() })
    for (let n = 1; n <= GUESSES; n++) {
      const answer = await guess()
      expect([answer.status, await answer.text()]).toEqual([200, '{"active":false}'])
      expect(answer.headers.get('ratelimit')).toContain(`"guesses";r=${GUESSES - n};`)
    }
    const over = await guess()
    expect(over.status).toBe(429)
    expect(await over.json()).toMatchObject({ code: 'rate_limited' })
    expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(over.headers.get('ratelimit')).toContain('"guesses";r=0;')
    expect(over.headers.get('ratelimit-policy')).toContain(`"guesses";q=${GUESSES};w=60`)
    // Dead keys as much as unknown ones: the limit tells nothing of them, either.
    await revokeOwnKey(home.keys.athlete.actor)
    expect((await introspect(service, { token: home.keys.athlete.token })).status).toBe(429)
    expect(JSON.parse((await about(service, client.token)).text)).toMatchObject({ active: true })
    // Neither the address nor another key of the same owner has done anything.
    expect((await ask({ token: unknownToken() }, 'GET', 'whoami')).status).toBe(401)
    const sibling = await makeKey(home.admin, { scopes: ['tokens:introspect'] })
    expect(await about(sibling, unknownToken())).toEqual(INACTIVE)
    expect(await about(await signedIn(home.admin), unknownToken())).toEqual(INACTIVE)
  })

  it('G10: of many at once, as many are answered as the limit has', async () => {
    const { service } = await setup()
    const answers = await Promise.all(
      Array.from({ length: 3 * GUESSES }, () => about(service, unknownToken())),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(GUESSES)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(2 * GUESSES)
  })
})
