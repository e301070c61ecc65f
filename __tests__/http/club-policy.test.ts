import { db } from '@/lib/db/client'
import { comparable, expectNamed, expectProblem } from '../support/answers'
import { makeKey, useDatabase } from '../support/club'
import { useRows } from '../support/rows'
import { useServer } from '../support/server'
import { browser, forgetAttempts, useSession } from '../support/sign-in'
import { keptPolicyOf } from '@/lib/policy-row'

const database = useDatabase()
const server = useServer(database.url)
const rows = useRows(database.directUrl)
beforeEach(forgetAttempts)

const PATH = '/api/v1/club/policy'

describe('the club’s policy, by session', () => {
  it('an admin reads it, sees what a change would leave outside, and makes it', async () => {
    const { home, ask } = await useSession(server())
    const { id } = await makeKey(home.coach, { name: 'forever', expiresAt: null })
    expect((await ask({ path: PATH })).json()).toMatchObject({
      maxKeyDays: 366,
      outside: { keys: { count: 0, first: [] }, owners: [] },
    })
    const body = { allowNonExpiringKeys: false }
    const seen = await ask({ method: 'PATCH', path: PATH, body: { ...body, preview: true } })
    expect(seen.json()).toMatchObject({
      allowNonExpiringKeys: false,
      outside: { keys: { count: 1, first: [{ id }] } },
    })
    expect((await ask({ path: PATH })).json()).toMatchObject({ allowNonExpiringKeys: true })
    expect((await ask({ method: 'PATCH', path: PATH, body })).json()).toEqual(seen.json())
    expect((await ask({ path: '/api/v1/api-keys?policy=outside' })).json()).toMatchObject({
      data: [{ id, status: 'active' }],
      nextCursor: null,
    })
    const audit = await ask({ path: '/api/v1/audit-events?action=club.policy' })
    expect(audit.json().data).toMatchObject([
      {
        target: { type: 'Club', id: home.clubId },
        changes: { allowNonExpiringKeys: { from: true, to: false } },
      },
    ])
  })

  it('G12: names what is wrong, and applies nothing of it', async () => {
    const { ask } = await useSession(server())
    const before = await rows.all()
    for (const [field, values] of Object.entries({
      defaultKeyDays: [0, -1, 1.5, '30', null, 3661, 400, [], {}],
      maxKeyDays: [0, 89, 3661, '366', null],
      allowNonExpiringKeys: ['no', 0, null],
      maxLiveKeysPerMember: [0, 10_001, null],
      onLeak: ['ignore', null, true],
      minKeyDays: [-1, 91, 0.5, '1', null],
      keyMakers: [[], 'COACH', [''], ['COACH', 'COACH'], ['COACH', 'NOBODY'], { COACH: true }, [null]],
      keyScopes: [
        [],
        'all',
        { NOBODY: [] },
        { COACH: null },
        { COACH: 'practices:read' },
        { COACH: ['*'] },
        { COACH: ['practices:read', 'practices:read'] },
        { ATHLETE: ['practices:write'] },
        { toString: [] },
      ],
      preview: ['yes', null],
      clubId: ['x'],
    })) {
      for (const value of values) {
        const good = field === 'allowNonExpiringKeys' ? { maxKeyDays: 400 } : { allowNonExpiringKeys: false }
        expectNamed(await ask({ method: 'PATCH', path: PATH, body: { ...good, [field]: value } }), field)
      }
    }
    expectProblem(await ask({ method: 'PATCH', path: PATH, body: {} }), 'validation_failed')
    expectProblem(await ask({ method: 'PATCH', path: PATH, body: { preview: true } }), 'validation_failed')
    expect(await rows.all()).toEqual(before)
  })

  it('who may not make keys is told so in a problem document, and admins mend it', async () => {
    const { home, ask } = await useSession(server())
    const change = (body: object) => ask({ method: 'PATCH', path: PATH, body })
    const policy = { keyMakers: ['COACH'], keyScopes: { COACH: ['practices:read', 'api-keys:write'] } }
    expect((await change(policy)).json()).toMatchObject({ ...policy, outside: { keys: { count: 3 } } })
    const key = (scopes: string[]) => ({ name: 'x', scopes })
    const make = (who: 'admin' | 'coach', scopes: string[]) =>
      server().call('POST', '/api/v1/api-keys', home.keys[who].token, key(scopes))
    const own = await ask({ method: 'POST', path: '/api/v1/api-keys', body: key(['practices:read']) })
    for (const refused of [
      own,
      await make('admin', ['members:read']),
      await make('coach', ['practices:read', 'practices:write']),
      await server().call('POST', `/api/v1/api-keys/${home.keys.coach.id}/rotate`, home.keys.coach.token),
    ]) {
      expectProblem(refused, 'forbidden')
      expect(refused.json().detail).toContain('The club’s policy')
    }
    expect((await make('coach', ['practices:read'])).status).toBe(201)
    expect((await change({ keyMakers: null, keyScopes: null })).json()).toMatchObject({ keyScopes: null })
    expect((await make('admin', ['members:read'])).status).toBe(201)
  })

  it('is nobody else’s: not a coach’s, not another club’s, not a key’s', async () => {
    const { home, rival, ask } = await useSession(server(), 'coach')
    const body = { maxKeyDays: 1000 }
    const before = await rows.of(rival.clubId)
    for (const method of ['GET', 'PATCH']) {
      expectProblem(await ask({ method, path: PATH, ...(method === 'PATCH' && { body }) }), 'forbidden')
      expectProblem(
        await server().call(method, PATH, home.keys.admin.token, method === 'PATCH' ? body : undefined),
        'forbidden',
      )
    }
    const admin = await useSession(server())
    const askIn = (slug: string) =>
      browser(server(), admin.cookie, slug)({ method: 'PATCH', path: PATH, body })
    const foreign = await askIn(rival.slug)
    expect(comparable(foreign)).toBe(comparable(await askIn('there-is-none')))
    expectProblem(foreign, 'not_found')
    expect(await rows.of(rival.clubId)).toEqual(before)
    expect((await keptPolicyOf(db(), home.clubId)).maxKeyDays).toBe(366)
  })
})
