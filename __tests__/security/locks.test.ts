import { Client } from 'pg'
import { createApiKeyBody } from '@/contracts/api-key'
import { revokeApiKeysBody } from '@/contracts/api-key-revocation'
import { handOverBody } from '@/contracts/hand-over'
import type { Actor } from '@/lib/actor'
import {
  createApiKey,
  deleteApiKey,
  revokeApiKey,
  revokeApiKeys,
  rotateApiKey,
  updateApiKey,
} from '@/lib/auth/api-key'
import { updateClubPolicy } from '@/lib/policy/update-policy'
import { Refusal } from '@/lib/errors'
import { handOverKeys } from '@/lib/members/hand-over'
import { givePasswordLink } from '@/lib/members/give-password-link'
import { makeInvitationLink } from '@/lib/members/invitation-link'
import { inviteMember } from '@/lib/members/invite'
import { removeMember } from '@/lib/members/remove'
import { resendInvitation } from '@/lib/members/resend-invitation'
import { withdrawInvitation } from '@/lib/members/withdraw-invitation'
import { updateMember } from '@/lib/members/update'
import { deletePractice } from '@/lib/practices/delete'
import { updatePractice } from '@/lib/practices/update'
import { createServiceAccount } from '@/lib/service-accounts/create'
import { removeServiceAccount } from '@/lib/service-accounts/remove'
import { updateServiceAccount } from '@/lib/service-accounts/update'
import { makeKey, makePractice, makeServiceAccount, twoClubs, useDatabase } from '../support/club'
import { membershipOf, sessionOf } from '../support/sign-in'

const database = useDatabase()

async function setup() {
  const { home, rival } = await twoClubs()
  const account = await makeServiceAccount(home.clubId, ['COACH'])
  // Whoever has never had a key has no holder that somebody could hold.
  await makeKey(account)
  const rows = {
    key: (await makeKey(home.coach)).id,
    practice: (await makePractice(home.coach)).id,
    member: (await membershipOf(home.coach)).id,
    account: account.id,
    accountsUser: account.userId,
    coachsUser: home.coach.userId,
    email: home.coach.email,
  }
  return { rows, athlete: await sessionOf(home.athlete), stranger: await sessionOf(rival.admin) }
}
type Rows = Awaited<ReturnType<typeof setup>>['rows']

const KEY = createApiKeyBody.parse({ name: 'x', scopes: ['practices:read'] })

/** Whatever changes a row that is named, by what the caller asks for. */
const ACTS: Record<string, (actor: Actor, rows: Rows) => Promise<unknown>> = {
  'change a key': (actor, { key: id }) => updateApiKey(actor, { id, name: 'x' }),
  'revoke a key': (actor, { key: id }) => revokeApiKey(actor, { id }),
  'revoke keys': (actor, { key }) => revokeApiKeys(actor, revokeApiKeysBody.parse({ ids: [key] })),
  'delete a key': (actor, { key: id }) => deleteApiKey(actor, { id }),
  'rotate a key': (actor, { key: id }) => rotateApiKey(actor, { id }),
  'make a key for a member': (actor, { coachsUser: ownerId }) => createApiKey(actor, { ...KEY, ownerId }),
  'make a key for an account': (actor, { accountsUser: ownerId }) => createApiKey(actor, { ...KEY, ownerId }),
  'hand keys over': (actor, { key, member: id, account: serviceAccountId }) =>
    handOverKeys(actor, { id, ...handOverBody.parse({ keyIds: [key], serviceAccountId }) }),
  'change a practice': (actor, { practice: id }) => updatePractice(actor, { id, title: 'x' }),
  'delete a practice': (actor, { practice: id }) => deletePractice(actor, { id }),
  'change a member': (actor, { member: id }) => updateMember(actor, { id, roles: ['ATHLETE'] }),
  'remove a member': (actor, { member: id }) => removeMember(actor, { id }),
  'invite again': (actor, { member: id }) => resendInvitation(actor, { id }),
  'invite by link': (actor, { member: id }) => makeInvitationLink(actor, { id }),
  'invite no more': (actor, { member: id }) => withdrawInvitation(actor, { id }),
  'give a password link': (actor, { member: id }) => givePasswordLink(actor, { id }),
  'change an account': (actor, { account: id }) => updateServiceAccount(actor, { id, name: 'x' }),
  'remove an account': (actor, { account: id }) => removeServiceAccount(actor, { id }),
}
/** For admins alone, whoever it is about. */
const GIVES_A_LINK = ['invite again', 'invite by link', 'give a password link']
/** In their own club these are their right, for anybody who is an admin. */
const OF_THE_CLUB: typeof ACTS = {
  'invite somebody': (actor, { email }) => inviteMember(actor, { email, roles: ['ATHLETE'] }),
  'make an account': (actor) => createServiceAccount(actor, { name: 'x', roles: ['ATHLETE'] }),
  'change the policy': (actor) => updateClubPolicy(actor, { maxLiveKeysPerMember: 7 }),
}

/** Runs `act` while somebody else holds every row there is. */
async function whileAllIsHeld<T>(act: () => Promise<T>): Promise<T> {
  const holder = new Client(database.directUrl())
  await holder.connect()
  try {
    await holder.query('BEGIN')
    for (const table of ['User', 'Club', 'Membership', 'Practice', 'ClubPolicy', 'Holder', 'ApiKey'])
      expect((await holder.query(`SELECT 1 FROM "${table}" FOR NO KEY UPDATE`)).rowCount).toBeGreaterThan(0)
    return await act()
  } finally {
    await holder.end()
  }
}

const codeOf = (act: Promise<unknown>): Promise<string> =>
  act.then(
    () => 'done',
    (error: unknown) => (error instanceof Refusal ? error.code : String(error)),
  )

describe('who may not change a row neither holds it nor waits for who does:', () => {
  // An answer at once is one that waited for no lock: whoever waits is told that the database timed out.
  it.each(Object.keys(ACTS))('another member and another club’s admin, to %s', async (name) => {
    const { rows, athlete, stranger } = await setup()
    const act = ACTS[name]!
    const [mate, foreign] = await whileAllIsHeld(() =>
      Promise.all([codeOf(act(athlete, rows)), codeOf(act(stranger, rows))]),
    )
    const expected = name.startsWith('make') || name === 'revoke keys' ? 'validation_failed' : 'not_found'
    expect([mate, foreign]).toEqual([GIVES_A_LINK.includes(name) ? 'forbidden' : expected, expected])
  })

  it.each(Object.keys(OF_THE_CLUB))('another member, to %s', async (name) => {
    const { rows, athlete } = await setup()
    expect(await whileAllIsHeld(() => codeOf(OF_THE_CLUB[name]!(athlete, rows)))).toBe('forbidden')
  })

  it('and who may does wait', async () => {
    const { rows } = await setup()
    const { home } = await twoClubs()
    const admin = await sessionOf(home.admin)
    const { id } = home.keys.coach
    expect(await whileAllIsHeld(() => codeOf(revokeApiKey(admin, { id })))).toMatch(/timeout/)
    expect(await codeOf(revokeApiKey(admin, { id }))).toBe('done')
    expect(rows.key).not.toBe(id)
  })
})
