import { makeDelivery } from '../../__tests__/resources/webhooks'
import { db } from '@/lib/db/client'
import { makeKey, makePractice, makeServiceAccount } from '../../__tests__/support/club'
import {
  inviteSomebody,
  operationOf,
  requestOf,
  ROWS,
  type Targets,
} from '../../__tests__/support/old-sign-ins'
import { ageSession, linkTo, membershipOf, PASSWORD, postForm } from '../../__tests__/support/sign-in'
import type { Attack } from '../attack'
import { act, enter } from '../callers'
import { checks } from '../checks'
import type { Stage } from '../stage'

// A cookie that was stolen from somebody who signed in three hours ago.

const REFUSED = 'reauthentication_required'

async function setup(stage: Stage) {
  const { server } = stage
  const scene = await enter(server)
  const { home, sid } = scene
  await db().membership.update({
    where: { clubId_userId: { clubId: home.clubId, userId: home.admin.userId } },
    data: { roles: ['CLUB_ADMIN', 'COACH'] },
  })
  await ageSession(sid, 180)
  const account = await makeServiceAccount(home.clubId, ['COACH'])
  const targets = async (): Promise<Targets> => ({
    key: (await makeKey(home.admin, { expiresAt: null })).id,
    coachKey: home.keys.coach.id,
    member: (await membershipOf(home.coach)).id,
    invited: await inviteSomebody(home.clubId),
    account: account.id,
    practice: (await makePractice(home.coach)).id,
    ...(await webhookOf(home.admin)),
  })
  return { ...scene, server, targets }
}

async function webhookOf(owner: Parameters<typeof makeDelivery>[0]) {
  const { id: webhook, deliveryId: delivery } = await makeDelivery(owner)
  return { webhook, delivery }
}

const API = ROWS.filter(({ act: row }) => operationOf(row) !== undefined)

/** Acts of pages which an old sign-in may not do. */
const PAGE_ACTS: [name: string, page: string, input: (on: Targets) => unknown][] = [
  ['createKey', 'keys', () => ({ name: 'x', scopes: ['practices:read'], expiresAt: { days: 1 } })],
  ['updateKey', 'keys', ({ key }) => ({ id: key, scopes: ['practices:read'] })],
  ['updateKey', 'keys', ({ key }) => ({ id: key, allowedCidrs: ['192.0.2.0/24'] })],
  ['updateKey', 'keys', ({ key }) => ({ id: key, disabled: true, metadata: {} })],
  ['rotateKey', 'keys', ({ key }) => ({ id: key })],
  ['revokeKey', 'keys', ({ key }) => ({ id: key })],
  ['revokeManyKeys', 'keys', ({ key }) => ({ ids: [key] })],
  ['deleteKey', 'keys', ({ key }) => ({ id: key })],
  ['updatePolicy', 'settings', () => ({ maxKeyDays: 100 })],
]

export const oldSignIns: Attack[] = [
  {
    kind: 'old sign-in',
    tried: `each of ${API.length} acts that docs/security.md lists, three hours after the sign-in`,
    run: async (stage) => {
      const { must, done } = checks()
      const { asks, targets, home } = await setup(stage)
      const changes = () => db().auditEvent.count({ where: { clubId: home.clubId, actorKind: 'session' } })
      for (const { act: row, signIn } of API) {
        const on = await targets()
        if (row.includes('disabled: false'))
          await db().apiKey.update({ where: { id: on.key }, data: { disabledAt: new Date() } })
        if (row.includes('the sixth'))
          // One was disabled by the row before.
          for (let i = 0; i < 4; i++)
            must(
              'the brake',
              (await asks('PATCH', `api-keys/${(await targets()).key}`, { disabled: true })).status,
              200,
            )
        const before = await changes()
        const { method, target, body } = requestOf(row, on)
        const answer = await asks(method, target, body)
        if (signIn !== 'fresh') must(row, answer.status < 300, true)
        else must(row, [answer.status, answer.json().code, (await changes()) - before], [403, REFUSED, 0])
      }
      return done()
    },
  },
  {
    kind: 'old sign-in',
    tried: 'the same by the pages’ acts',
    run: async (stage) => {
      const { must, done } = checks()
      const { server, cookie, home, targets } = await setup(stage)
      for (const [name, page, input] of PAGE_ACTS) {
        const args = [home.slug, input(await targets())]
        const { said } = await act(stage, server, { name, page: `/clubs/${home.slug}/${page}`, cookie, args })
        must(`${name} ${JSON.stringify(args[1])}`, said, REFUSED)
      }
      return done()
    },
  },
  {
    kind: 'old sign-in',
    tried: 'what keeps somebody in: a password, a link, an identity taken away; and ending it all',
    run: async (stage) => {
      const { must, done } = checks()
      const { server, issuer } = await stage.strict()
      const { cookie, sid, member } = await enter(server)
      await ageSession(sid, 180)
      const id = await linkTo(member.userId, { issuer, claims: { sub: sid } })
      const acts = async (name: string, ...args: unknown[]) =>
        (await act(stage, server, { name, page: '/account', cookie, args })).said
      const next = 'nine other words which no one guesses'
      must('unlinking', await acts('unlinkOwn', { id }), REFUSED)
      must(
        'a new password without the old',
        await acts('replacePassword', { current: 'x', next, unlink: [] }),
        'validation_failed',
      )
      must(
        'leave to link without it',
        await acts('beginLinking', { provider: 'oidc', password: 'x' }),
        'validation_failed',
      )
      must(
        'leave to link with it',
        await acts('beginLinking', { provider: 'oidc', password: PASSWORD }),
        'ok',
      )
      must('signing out everywhere', await acts('endSignIns'), 'ok')
      must('and then', (await acts('endSignIns')) === 'ok', false)
      must('signing out', (await postForm(server, '/api/auth/signout', {}, [cookie])).status, 200)
      return done()
    },
  },
]
