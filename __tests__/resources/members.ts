import { randomUUID } from 'node:crypto'
import { members } from '@/contracts/members'
import { db } from '@/lib/db/client'
import { makeKey, makeMember, makeServiceAccount, type Member } from '../support/club'
import type { Fixture } from '../support/fixtures'
import { membershipOf } from '../support/sign-in'

const invitedMate = async ({ clubId }: Member) => {
  const mate = await makeMember(clubId, ['COACH'])
  const expiresAt = new Date(Date.now() + 3_600_000)
  await db().invitation.create({ data: { clubId, userId: mate.userId, expiresAt } })
  return membershipOf(mate)
}

const mateOf = async ({ clubId }: Member) => membershipOf(await makeMember(clubId, ['COACH']))

export const fixture: Fixture = {
  resource: members,
  caller: ['CLUB_ADMIN'],
  owner: 'userId',
  bodies: {
    inviteMember: () => ({ email: `${randomUUID()}@example.test`, roles: ['COACH'] }),
    updateMember: { roles: ['ATHLETE'] },
    // Of the one that `rows` made last.
    handOverKeys: async ({ clubId }) => ({
      keyIds: [(await db().apiKey.findFirstOrThrow({ where: { clubId }, orderBy: { id: 'desc' } })).id],
      serviceAccountId: (await makeServiceAccount(clubId, ['COACH'])).id,
    }),
  },
  make: mateOf,
  rows: {
    // Somebody whom nobody but this club knows: there is a link to hand over.
    resendInvitation: async ({ clubId }) => {
      const mate = await makeMember(clubId, ['COACH'])
      await db().user.update({ where: { id: mate.userId }, data: { emailVerified: null } })
      return membershipOf(mate)
    },
    withdrawInvitation: invitedMate,
    makeInvitationLink: invitedMate,
    handOverKeys: async ({ clubId }) => {
      const mate = await makeMember(clubId, ['COACH'])
      await makeKey(mate, { scopes: ['practices:read'] })
      return membershipOf(mate)
    },
  },
}
