import { definition } from '@/contracts/definition'
import { makeKey, makeServiceAccount } from '../../__tests__/support/club'
import { membershipOf } from '../../__tests__/support/sign-in'
import type { Attack } from '../attack'
import { act, enter, withKey } from '../callers'
import { checks } from '../checks'
import type { Stage } from '../stage'

// Acts of an admin who would rather be read as somebody who did something else.

type Row = { action: string; changes: Record<string, { from: unknown; to: unknown }>; target: { id: string } }

async function setup(stage: Stage) {
  const { server } = stage
  const scene = await enter(server)
  const { asks } = scene
  const rows = async (filter: string) =>
    ((await asks('GET', `audit-events?limit=100&${filter}`)).json() as unknown as { data: Row[] }).data
  return { ...scene, server, rows }
}

export const records: Attack[] = [
  {
    kind: 'record',
    tried: 'two roles, two networks, two scopes given at once, to be read as a before and an after',
    run: async (stage) => {
      const { must, done } = checks()
      const { asks, rows, home } = await setup(stage)
      const invited = await asks('POST', 'members', {
        email: 'new@example.test',
        roles: ['CLUB_ADMIN', 'COACH'],
      })
      const [first] = await rows(`action=member.invite&targetId=${invited.json().id as string}`)
      must('invited', first?.changes.roles, { from: null, to: ['CLUB_ADMIN', 'COACH'] })
      const coach = await membershipOf(home.coach)
      await asks('PATCH', `members/${coach.id}`, { roles: ['COACH', 'ATHLETE'] })
      const [second] = await rows(`action=member.update&targetId=${coach.id}`)
      must('another role', second?.changes.roles, { from: ['COACH'], to: ['COACH', 'ATHLETE'] })
      const made = await asks('POST', 'api-keys', {
        name: 'two',
        scopes: ['practices:read', 'members:read'],
        allowedCidrs: ['10.0.0.0/8', '192.0.2.0/24'],
        rateLimit: { limit: 5, windowSeconds: 60 },
      })
      const id = made.json().id as string
      const [third] = await rows(`action=api-key.create&targetId=${id}`)
      must('two scopes', third?.changes.scopes, { from: null, to: ['practices:read', 'members:read'] })
      must('two networks', third?.changes.allowedCidrs, { from: null, to: ['10.0.0.0/8', '192.0.2.0/24'] })
      await asks('PATCH', `api-keys/${id}`, { metadata: { to: 'b', from: 'a' } })
      const [fourth] = await rows(`action=api-key.update&targetId=${id}`)
      must('metadata that looks like a change', fourth?.changes.metadata, {
        from: {},
        to: { to: 'b', from: 'a' },
      })
      await asks('PATCH', 'club/policy', { keyRateLimit: { limit: 5, windowSeconds: 60 } })
      const [fifth] = await rows('action=club.policy')
      must('a policy', fifth?.changes, { keyRateLimit: { from: null, to: { limit: 5, windowSeconds: 60 } } })
      const account = await asks('POST', 'service-accounts', { name: 'robot', roles: ['CLUB_ADMIN'] })
      const [sixth] = await rows(`targetId=${account.json().id as string}`)
      must(
        'a service account',
        [sixth?.action, sixth?.changes.roles],
        ['service-account.create', { from: null, to: ['CLUB_ADMIN'] }],
      )
      return done()
    },
  },
  {
    kind: 'record',
    tried: 'every act by REST and by the pages: each on record once, as from and to, in words',
    run: async (stage) => {
      const { must, done } = checks()
      const { asks, rows, home, server, cookie } = await setup(stage)
      const account = await makeServiceAccount(home.clubId, ['COACH'])
      const [one, two, three] = [
        await makeKey(home.coach, { scopes: ['practices:read'] }),
        await makeKey(home.admin),
        await makeKey(home.admin),
      ]
      const [coach, athlete] = [await membershipOf(home.coach), await membershipOf(home.athlete)]
      const byCoach = withKey(server, home.keys.coach.token)
      const plan = (
        await byCoach('POST', 'practices', { title: 'x', startsAt: '2027-05-01T10:00:00Z' })
      ).json().id as string
      const steps: [action: string, run: () => Promise<{ status: number }>][] = [
        ['practice.update', () => byCoach('PATCH', `practices/${plan}`, { title: 'y', notes: 'z' })],
        ['practice.delete', () => byCoach('DELETE', `practices/${plan}`)],
        ['api-key.update', () => asks('PATCH', `api-keys/${two.id}`, { name: 'renamed', disabled: true })],
        ['api-key.rotate', () => asks('POST', `api-keys/${three.id}/rotate`)],
        [
          'api-key.hand-over',
          () =>
            asks('POST', `members/${coach.id}/hand-over`, { keyIds: [one.id], serviceAccountId: account.id }),
        ],
        ['api-key.revoke', () => asks('POST', `api-keys/${two.id}/revoke`, { reason: 'leaked' })],
        ['api-key.delete', () => asks('DELETE', `api-keys/${two.id}`)],
        [
          'service-account.update',
          () => asks('PATCH', `service-accounts/${account.id}`, { name: 'android' }),
        ],
        ['service-account.remove', () => asks('POST', `service-accounts/${account.id}/remove`)],
        ['member.update', () => asks('PATCH', `members/${athlete.id}`, { status: 'SUSPENDED' })],
        ['member.remove', () => asks('POST', `members/${athlete.id}/remove`)],
        ['club.policy', () => asks('PATCH', 'club/policy', { maxKeyDays: 100 })],
      ]
      const count = async (action: string) => (await rows(`action=${action}`)).length
      for (const [action, run] of steps) {
        const before = await count(action)
        const { status } = await run()
        must(`${action}: done`, status < 300, true)
        must(`${action}: on record`, (await count(action)) - before >= 1, true)
      }
      for (const [name, page, input, action] of [
        [
          'createKey',
          'keys',
          { name: 'x', scopes: ['practices:read'], expiresAt: { days: 1 } },
          'api-key.create',
        ],
        ['updatePolicy', 'settings', { maxKeyDays: 120 }, 'club.policy'],
      ] as const) {
        const before = await count(action)
        const { said } = await act(stage, server, {
          name,
          page: `/clubs/${home.slug}/${page}`,
          cookie,
          args: [home.slug, input],
        })
        must(`${name}: done`, [said, (await count(action)) - before], ['ok', 1])
      }
      const all = await rows('')
      const actions = [...definition().audit.keys()]
      must(
        'unknown actions',
        all.filter(({ action }) => !actions.includes(action)),
        [],
      )
      const odd = all.flatMap(({ action, changes }) =>
        Object.entries(changes).flatMap(([field, change]) =>
          Object.keys(change).sort().join() === 'from,to' ? [] : [`${action} ${field}`],
        ),
      )
      must('changes that are no { from, to }', odd, [])
      must('a token on record', /sk_club_\w{40}/.test(JSON.stringify(all)), false)
      const page = await server.send({ path: `/clubs/${home.slug}/audit`, headers: [['Cookie', cookie]] })
      const shown = page.body.replace(/<script\b[\s\S]*?<\/script>/g, '').replace(/<[^>]*>/g, '\n')
      must(
        'names of acts that show raw',
        actions.filter((action) => shown.includes(action)),
        [],
      )
      return done(`${all.length} rows`)
    },
  },
]
