import { operatorActor, type Actor } from '@/lib/auth/actor'
import { createApiKey, rotateApiKey, updateApiKey } from '@/lib/auth/api-key'
import { endAllLoginSessions } from '@/lib/auth/login-session'
import { handOverKeys } from '@/lib/members/hand-over'
import { removeMember } from '@/lib/members/remove'
import { updateMember } from '@/lib/members/update'
import { makeClub, makeKey, makeMember, makeServiceAccount, useDatabase } from '../support/club'
import { useRows } from '../support/rows'
import { membershipOf, sessionOf } from '../support/sign-in'

const database = useDatabase()
const rows = useRows(database.directUrl)

async function setup() {
  const { id: clubId } = await makeClub()
  const [leaver, coach] = [await makeMember(clubId, ['CLUB_ADMIN', 'COACH']), await makeMember(clubId, ['COACH'])]
  await makeMember(clubId, ['CLUB_ADMIN'])
  const account = await makeServiceAccount(clubId, ['CLUB_ADMIN', 'COACH'])
  const ids = { key: (await makeKey(account, { scopes: ['practices:read'] })).id, old: (await makeKey(coach)).id }
  const [self, member] = [await membershipOf(leaver), await membershipOf(coach)]
  // Who he was when his request came in.
  return { account, ids, leaver, self, member, actor: await sessionOf(leaver), operator: operatorActor(clubId, null, 'test') }
}
type Scene = Awaited<ReturnType<typeof setup>>

const ends: [string, string, (on: Scene) => Promise<unknown>][] = [
  ['removed', 'not_found', ({ operator, self }) => removeMember(operator, { id: self.id })],
  ['demoted', 'forbidden', ({ operator, self }) => updateMember(operator, { id: self.id, roles: ['COACH'] })],
  ['signed out', 'not_found', ({ leaver }) => endAllLoginSessions(leaver.userId)],
]
const acts: [string, (actor: Actor, on: Scene) => Promise<unknown>][] = [
  ['making', (actor, { account }) => createApiKey(actor, { name: 'x', scopes: ['practices:read'], ownerId: account.userId })],
  ['rotating', (actor, { ids }) => rotateApiKey(actor, { id: ids.key })],
  ['widening', (actor, { ids }) => updateApiKey(actor, { id: ids.key, scopes: ['practices:read', 'members:read'] })],
  [
    'handing over',
    (actor, { ids, member, account }) =>
      handOverKeys(actor, { id: member.id, keyIds: [ids.old], serviceAccountId: account.id, graceSeconds: 0 }),
  ],
]

describe('G4: an admin whose request is under way when his standing ends', () => {
  it.each(ends.flatMap(([end, code, go]) => acts.map(([act, run]) => ({ end, act, code, go, run }))))(
    'receives no right of a service account: $end, $act its key',
    async ({ code, go, run }) => {
      const on = await setup()
      await go(on)
      const before = await rows.all()
      await expect(run(on.actor, on)).rejects.toMatchObject({ code })
      expect(await rows.all()).toEqual(before)
    },
  )
})
