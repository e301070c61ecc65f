import type { Actor } from '@/lib/actor'
import { operatorActor } from '@/lib/auth/actor'
import { createApiKey, rotateApiKey, updateApiKey } from '@/lib/auth/api-key'
import { endAllLoginSessions, endLoginSession } from '@/lib/sign-in/login-session'
import { updateClubPolicy } from '@/lib/policy/update-policy'
import { db } from '@/lib/db/client'
import { handOverKeys } from '@/lib/members/hand-over'
import { givePasswordLink } from '@/lib/members/give-password-link'
import { inviteMember } from '@/lib/members/invite'
import { removeMember } from '@/lib/members/remove'
import { resendInvitation } from '@/lib/members/resend-invitation'
import { updateMember } from '@/lib/members/update'
import { createServiceAccount } from '@/lib/service-accounts/create'
import { updateServiceAccount } from '@/lib/service-accounts/update'
import { makeClub, makeKey, makeMember, makeServiceAccount, useDatabase } from '../support/club'
import { useRows } from '../support/rows'
import { membershipOf, sessionOf } from '../support/sign-in'

const database = useDatabase()
const rows = useRows(database.directUrl)

async function setup() {
  const { id: clubId } = await makeClub()
  const [leaver, coach] = [
    await makeMember(clubId, ['CLUB_ADMIN', 'COACH']),
    await makeMember(clubId, ['COACH']),
  ]
  await makeMember(clubId, ['CLUB_ADMIN'])
  const account = await makeServiceAccount(clubId, ['CLUB_ADMIN', 'COACH'])
  const ids = {
    key: (await makeKey(account, { scopes: ['practices:read'] })).id,
    old: (await makeKey(coach)).id,
  }
  const [self, member] = [await membershipOf(leaver), await membershipOf(coach)]
  // Who they were when their request came in.
  return {
    account,
    ids,
    leaver,
    self,
    member,
    actor: await sessionOf(leaver),
    operator: operatorActor(clubId, null, 'test'),
  }
}
type Scene = Awaited<ReturnType<typeof setup>>

const ends: [string, string, (on: Scene) => Promise<unknown>][] = [
  ['removed', 'not_found', ({ operator, self }) => removeMember(operator, { id: self.id })],
  ['demoted', 'forbidden', ({ operator, self }) => updateMember(operator, { id: self.id, roles: ['COACH'] })],
  ['signed out', 'not_found', ({ leaver }) => endAllLoginSessions(leaver.userId)],
  [
    'signed out here, and signed in elsewhere',
    'not_found',
    async ({ leaver, actor }) => {
      await sessionOf(leaver)
      if (actor.via.kind === 'session') await endLoginSession(leaver.userId, actor.via.sessionId)
    },
  ],
  [
    'removed here, and an admin of another club',
    'not_found',
    async ({ leaver, operator, self }) => {
      const { id: clubId } = await makeClub()
      await db().membership.create({ data: { clubId, userId: leaver.userId, roles: leaver.roles } })
      await removeMember(operator, { id: self.id })
    },
  ],
  [
    'disabled',
    'not_found',
    ({ leaver }) => db().user.update({ where: { id: leaver.userId }, data: { disabledAt: new Date() } }),
  ],
]
const acts: [string, (actor: Actor, on: Scene) => Promise<unknown>][] = [
  [
    'making a key',
    (actor, { account }) =>
      createApiKey(actor, { name: 'x', scopes: ['practices:read'], ownerId: account.userId }),
  ],
  ['rotating a key', (actor, { ids }) => rotateApiKey(actor, { id: ids.key })],
  [
    'widening a key',
    (actor, { ids }) => updateApiKey(actor, { id: ids.key, scopes: ['practices:read', 'members:read'] }),
  ],
  [
    'handing keys over',
    (actor, { ids, member, account }) =>
      handOverKeys(actor, {
        id: member.id,
        keyIds: [ids.old],
        serviceAccountId: account.id,
        graceSeconds: 0,
      }),
  ],
  ['inviting', (actor) => inviteMember(actor, { email: 'accomplice@example.test', roles: ['CLUB_ADMIN'] })],
  ['inviting again', (actor, { member }) => resendInvitation(actor, { id: member.id })],
  ['giving a password link', (actor, { member }) => givePasswordLink(actor, { id: member.id })],
  ['promoting', (actor, { member }) => updateMember(actor, { id: member.id, roles: ['CLUB_ADMIN'] })],
  ['removing', (actor, { member }) => removeMember(actor, { id: member.id })],
  ['making a service account', (actor) => createServiceAccount(actor, { name: 'mine', roles: ['COACH'] })],
  [
    'changing a service account',
    (actor, { account }) => updateServiceAccount(actor, { id: account.id, name: 'mine' }),
  ],
  ['loosening the policy', (actor) => updateClubPolicy(actor, { maxKeyDays: 3650 })],
]

describe('G4: an admin whose request is under way when they lose their rights', () => {
  it.each(ends.flatMap(([end, code, go]) => acts.map(([act, run]) => ({ end, act, code, go, run }))))(
    'does nothing that outlives it: $end, $act',
    async ({ code, go, run }) => {
      const on = await setup()
      await go(on)
      const before = await rows.all()
      await expect(run(on.actor, on)).rejects.toMatchObject({ code })
      expect(await rows.all()).toEqual(before)
    },
  )
})
