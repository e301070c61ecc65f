import { createApiKey, deleteApiKey, revokeApiKeys, revokeOwnKey, validateApiKey } from '@/lib/auth/api-key'
import { NOWHERE } from '@/lib/actor'
import { keyActor, operatorActor } from '@/lib/auth/actor'
import { findKeys } from '@/lib/auth/find-keys'
import { db } from '@/lib/db/client'
import { makeClub, makeKey, makeMember, useDatabase } from '../../support/club'

useDatabase()

async function setup() {
  const { id: clubId, slug } = await makeClub()
  const [admin, coach] = [await makeMember(clubId, ['CLUB_ADMIN']), await makeMember(clubId, ['COACH'])]
  const operator = operatorActor(clubId, null, 'test')
  const makeBy = async (key: Awaited<ReturnType<typeof makeKey>>) =>
    createApiKey(key.actor, { name: 'made', scopes: ['practices:read'] })
  const isGood = async (token: string) => (await validateApiKey(token)).ok
  return { clubId, slug, admin, coach, operator, makeBy, isGood }
}

describe('a key ends itself', () => {
  it('whatever it may do otherwise, and leaves what it made where it may not revoke', async () => {
    const { coach, makeBy, isGood } = await setup()
    const key = await makeKey(coach)
    const made = await makeBy(key)
    await db().apiKey.update({ where: { id: key.id }, data: { scopes: ['practices:read'] } })
    const verified = await validateApiKey(key.token)
    if (!verified.ok) throw new Error('not good')
    const narrowed = keyActor({ ...verified.key, scopes: ['practices:read'] }, NOWHERE)
    await expect(revokeOwnKey(narrowed, { descendants: true })).rejects.toMatchObject({
      code: 'insufficient_scope',
      scope: ['api-keys:write'],
    })
    expect(await isGood(key.token)).toBe(true)
    expect(await revokeOwnKey(narrowed, { reason: 'found in a log' })).toMatchObject({
      id: key.id,
      status: 'revoked',
      revokedReason: 'found in a log',
      alsoRevokedCount: 0,
    })
    expect([await isGood(key.token), await isGood(made.key)]).toEqual([false, true])
    const events = await db().auditEvent.findMany({ where: { targetId: key.id, action: 'api-key.revoke' } })
    expect(events).toMatchObject([{ actorKind: 'api_key', actorKeyId: key.id, actorUserId: coach.userId }])
  })

  it('with what it made, where it may revoke keys, unless it says otherwise', async () => {
    const { coach, makeBy, isGood } = await setup()
    for (const [input, left] of [
      [{}, false],
      [{ descendants: true }, false],
      [{ descendants: false }, true],
    ] as const) {
      const key = await makeKey(coach)
      const made = await makeBy(key)
      await revokeOwnKey(key.actor, input)
      expect([input, await isGood(key.token), await isGood(made.key)]).toEqual([input, false, left])
    }
  })

  it('and no other key, nor for somebody who presents none', async () => {
    const { coach, operator, isGood } = await setup()
    const [one, other] = [await makeKey(coach, { scopes: ['practices:read'] }), await makeKey(coach)]
    await revokeOwnKey(one.actor)
    expect(await isGood(other.token)).toBe(true)
    await expect(revokeOwnKey(operator)).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('revoking by token', () => {
  const by = (actor: Parameters<typeof revokeApiKeys>[0], token: string, more = {}) =>
    revokeApiKeys(actor, { token, descendants: true, ...more })

  it('ends the key and what it made; a preview ends nothing', async () => {
    const { coach, operator, makeBy, isGood } = await setup()
    const key = await makeKey(coach)
    const made = await makeBy(key)
    expect(await by(operator, key.token, { preview: true })).toMatchObject({ count: 1, alsoRevoked: 1 })
    expect(await isGood(key.token)).toBe(true)
    expect(await by(operator, key.token)).toMatchObject({ count: 1, alsoRevoked: 1, complete: true })
    expect([await isGood(key.token), await isGood(made.key)]).toEqual([false, false])
    expect(await by(operator, key.token)).toMatchObject({ count: 0 })
  })

  it('knows the token of a deleted key, too', async () => {
    const { coach, operator } = await setup()
    const key = await makeKey(coach)
    await by(operator, key.token)
    await deleteApiKey(operator, { id: key.id })
    expect(await by(operator, key.token)).toMatchObject({ count: 0, alsoRevoked: 0 })
  })

  it('answers alike for a token of another club, of nobody, and of a key that is not theirs', async () => {
    const { admin, coach, isGood } = await setup()
    const foreign = await makeKey((await setup()).coach)
    const mates = await makeKey(admin)
    const mine = await makeKey(coach)
    for (const token of [foreign.token, mates.token, 'sk_club_nothing', 'an-old-format'])
      await expect(by(mine.actor, token)).rejects.toMatchObject({
        errors: [{ path: 'token', message: 'must be the token of a key that you may revoke' }],
      })
    expect(await Promise.all([foreign, mates].map(({ token }) => isGood(token)))).toEqual([true, true])
  })
})

describe('finding keys', () => {
  it('tells by a token whose it is, in whatever club, and what goes back to it', async () => {
    const { coach, slug, makeBy, operator } = await setup()
    const key = await makeKey(coach)
    await makeBy(key)
    const [found, ...rest] = await findKeys('test', { token: key.token })
    expect(rest).toEqual([])
    expect(found).toMatchObject({
      id: key.id,
      status: 'active',
      club: { slug },
      owner: { id: coach.userId },
      descendants: 1,
    })
    expect(JSON.stringify(found)).not.toContain(key.token)
    await revokeApiKeys(operator, { token: key.token, descendants: true })
    await deleteApiKey(operator, { id: key.id })
    expect(await findKeys('test', { token: key.token })).toMatchObject([
      { id: key.id, status: 'deleted', club: { slug }, descendants: 0 },
    ])
    expect(await findKeys('test', { token: 'nobody’s' })).toEqual([])
  })

  it('goes by what is seen of a key', async () => {
    const { coach } = await setup()
    const { id, token } = await makeKey(coach)
    const start = token.slice(0, 12)
    const last4 = token.slice(-4)
    const ids = async (looked: Parameters<typeof findKeys>[1]) =>
      (await findKeys('test', looked)).map((key) => key.id)
    expect(await ids({ start, last4 })).toEqual([id])
    expect(await ids({ last4 })).toContain(id)
    expect(await ids({ start, last4: '????' })).toEqual([])
  })
})
