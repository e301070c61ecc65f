import { changesHeard, makeKey, makePractice, twoClubs, useDatabase } from '../support/club'
import { useServer } from '../support/server'

const database = useDatabase()
const server = useServer(database.url)

describe('a mobile app with a key', () => {
  it('gets its own club’s practices and nobody else’s', async () => {
    const { home, rival } = await twoClubs()
    const mine = await makePractice(home.coach)
    await makePractice(rival.coach)
    const answer = await server().call('GET', '/api/v1/practices', home.keys.athlete.token)
    expect(answer.status).toBe(200)
    expect(answer.headers['cache-control']).toBe('no-store')
    expect((answer.json().data as { id: string }[]).map(({ id }) => id)).toEqual([mine.id])
  })

  it('is refused on the very next request after its key is revoked', async () => {
    const { home } = await twoClubs()
    const { token, id } = home.keys.coach
    expect((await server().call('GET', '/api/v1/whoami', token)).status).toBe(200)
    expect(
      (await server().call('POST', `/api/v1/api-keys/${id}/revoke`, token, { reason: 'lost phone' })).status,
    ).toBe(200)
    const refused = await server().call('GET', '/api/v1/whoami', token)
    expect(refused.status).toBe(401)
    expect(refused.headers['www-authenticate']).toBe('Bearer realm="api", error="invalid_token"')
    expect(refused.json()).toMatchObject({ code: 'invalid_token', instance: '/api/v1/whoami' })
  })

  it('makes a key, uses it, lists it with its last use, and ends it', async () => {
    const { home } = await twoClubs()
    const { token } = home.keys.coach
    const created = await server().call('POST', '/api/v1/api-keys', token, {
      name: 'scoreboard',
      scopes: ['practices:read'],
    })
    expect(created.status).toBe(201)
    const { id, key } = created.json() as { id: string; key: string }
    expect((await server().call('GET', '/api/v1/practices', key)).status).toBe(200)
    expect(
      (
        await server().call('POST', '/api/v1/practices', key, {
          title: 'x',
          startsAt: '2027-01-01T10:00:00Z',
        })
      ).status,
    ).toBe(403)
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    const shown = await server().call('GET', `/api/v1/api-keys/${id}`, token)
    expect(shown.json()).toMatchObject({
      name: 'scoreboard',
      status: 'active',
      createdByKeyId: home.keys.coach.id,
    })
    expect(Date.now() - Date.parse(shown.json().lastUsedAt as string)).toBeLessThan(10_000)
    expect((await server().call('DELETE', `/api/v1/api-keys/${home.keys.coach.id}`, token)).status).toBe(409)
    expect((await server().call('POST', `/api/v1/api-keys/${id}/revoke`, token)).status).toBe(200)
    expect((await server().call('DELETE', `/api/v1/api-keys/${id}`, token)).status).toBe(204)
    expect((await server().call('GET', `/api/v1/api-keys/${id}`, token)).status).toBe(404)
  })

  it('G4: an athlete sees no draft, and a coach demoted to athlete sees none as soon as the change is heard of', async () => {
    const { home } = await twoClubs()
    const draft = await makePractice(home.coach, 'DRAFT')
    const read = async (token: string) =>
      (await server().call('GET', `/api/v1/practices/${draft.id}`, token)).status
    expect(await read(home.keys.athlete.token)).toBe(404)
    expect(await read(home.keys.coach.token)).toBe(200)
    const { db } = await import('@/lib/db/client')
    await db().membership.update({
      where: { clubId_userId: { clubId: home.clubId, userId: home.coach.userId } },
      data: { roles: ['ATHLETE'] },
    })
    await changesHeard()
    expect(await read(home.keys.coach.token)).toBe(404)
  })

  it('records who did what, from where, without the token', async () => {
    const { home } = await twoClubs()
    const { token, id } = await makeKey(home.coach)
    const made = await server().call('POST', '/api/v1/practices', token, {
      title: 'Hill repeats',
      startsAt: '2027-01-01T10:00:00Z',
    })
    const { db } = await import('@/lib/db/client')
    const row = await db().auditEvent.findFirstOrThrow({ where: { targetId: made.json().id as string } })
    expect(row).toMatchObject({
      action: 'practice.create',
      actorKind: 'api_key',
      actorKeyId: id,
      actorUserId: home.coach.userId,
      address: '127.0.0.1',
    })
    expect(row.requestId).toBe(made.headers['x-request-id'])
    expect(JSON.stringify(row)).not.toContain(token)
  })
})
