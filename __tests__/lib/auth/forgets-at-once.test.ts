import {
  createApiKey,
  deleteApiKey,
  revokeApiKey,
  revokeApiKeys,
  rotateApiKey,
  updateApiKey,
  validateApiKey,
} from '@/lib/auth/api-key'
import { verifiedKeys } from '@/lib/auth/verified-keys'
import { updateClubPolicy } from '@/lib/policy/update-policy'
import { handOverKeys } from '@/lib/members/hand-over'
import { removeMember } from '@/lib/members/remove'
import { updateMember } from '@/lib/members/update'
import { removeServiceAccount } from '@/lib/service-accounts/remove'
import { updateServiceAccount } from '@/lib/service-accounts/update'
import { actorOf, makeClub, makeKey, makeMember, makeServiceAccount, useDatabase } from '../../support/club'
import { countLookups } from '../../support/lookups'
import { membershipOf, sessionOf } from '../../support/sign-in'

// This process hears of no change here: only the verb itself can make it forget.

const database = useDatabase()
const prove = () => verifiedKeys().prove({ wall: Date.now(), monotonic: performance.now() })
beforeEach(prove)
afterEach(() => verifiedKeys().distrust())

async function setup() {
  const { id: clubId } = await makeClub()
  const owner = await makeMember(clubId, ['COACH', 'CLUB_ADMIN'])
  const admin = await sessionOf(await makeMember(clubId, ['CLUB_ADMIN', 'COACH']))
  const account = await makeServiceAccount(clubId, ['COACH'])
  const robot = await makeKey(account)
  const key = await makeKey(owner)
  const { id, key: token } = await createApiKey(key.actor, { name: 'child', scopes: ['practices:read'] })
  const child = { id, token, actor: await actorOf(token) }
  return {
    admin,
    owner: await sessionOf(owner),
    member: (await membershipOf(owner)).id,
    account,
    robot,
    key,
    child,
  }
}
type Scene = Awaited<ReturnType<typeof setup>>

const tokensOf = ({ key, child, robot }: Scene) => ({
  key: key.token,
  child: child.token,
  robot: robot.token,
})
const answerTo = async (token: string) => {
  const found = await validateApiKey(token)
  return found.ok ? found.key : found.reason
}

/** Each verb, and what this process answers about the three keys right after it. */
const VERBS: [
  string,
  (on: Scene) => Promise<unknown>,
  Partial<Record<'key' | 'child' | 'robot', unknown>>,
][] = [
  [
    'revoking a key',
    ({ owner, key }) => revokeApiKey(owner, { id: key.id, descendants: false }),
    { key: 'revoked' },
  ],
  [
    'revoking the key that made it',
    ({ owner, key }) => revokeApiKey(owner, { id: key.id }),
    { key: 'revoked', child: 'revoked' },
  ],
  [
    'revoking many',
    ({ owner, key }) => revokeApiKeys(owner, { ids: [key.id], descendants: false }),
    { key: 'revoked' },
  ],
  [
    'revoking many, with what they made',
    ({ owner, key }) => revokeApiKeys(owner, { ids: [key.id], descendants: true }),
    { key: 'revoked', child: 'revoked' },
  ],
  ['deleting it', ({ owner, child }) => deleteApiKey(owner, { id: child.id }), { child: 'unknown' }],
  [
    'narrowing its scopes',
    ({ owner, key }) => updateApiKey(owner, { id: key.id, scopes: ['members:read'] }),
    { key: expect.objectContaining({ scopes: ['members:read'] }) },
  ],
  [
    'narrowing its addresses',
    ({ owner, key }) => updateApiKey(owner, { id: key.id, allowedCidrs: ['192.0.2.0/24'] }),
    { key: expect.objectContaining({ allowedCidrs: expect.anything() }) },
  ],
  [
    'slowing it down',
    ({ owner, key }) => updateApiKey(owner, { id: key.id, rateLimit: { limit: 1, windowSeconds: 60 } }),
    { key: expect.objectContaining({ rateLimit: { limit: 1, windowSeconds: 60 } }) },
  ],
  [
    'disabling it',
    ({ owner, key }) => updateApiKey(owner, { id: key.id, disabled: true }),
    { key: 'disabled' },
  ],
  [
    'rotating it without grace',
    ({ owner, key }) => rotateApiKey(owner, { id: key.id, graceSeconds: 0 }),
    { key: 'expired' },
  ],
  [
    'handing it over without grace',
    ({ admin, member, account, child }) =>
      handOverKeys(admin, { id: member, keyIds: [child.id], serviceAccountId: account.id, graceSeconds: 0 }),
    { child: 'expired' },
  ],
  [
    'removing its owner',
    ({ admin, member }) => removeMember(admin, { id: member }),
    { key: 'revoked', child: 'revoked' },
  ],
  [
    'suspending its owner',
    ({ admin, member }) => updateMember(admin, { id: member, status: 'SUSPENDED' }),
    { key: 'owner_gone', child: 'owner_gone' },
  ],
  [
    'demoting its owner',
    ({ admin, member }) => updateMember(admin, { id: member, roles: ['ATHLETE'] }),
    {
      key: expect.objectContaining({ roles: ['ATHLETE'] }),
      child: expect.objectContaining({ roles: ['ATHLETE'] }),
    },
  ],
  [
    'removing the service account',
    ({ admin, account }) => removeServiceAccount(admin, { id: account.id }),
    { robot: 'revoked' },
  ],
  [
    'suspending the service account',
    ({ admin, account }) => updateServiceAccount(admin, { id: account.id, status: 'SUSPENDED' }),
    { robot: 'owner_gone' },
  ],
  [
    'slowing the club down',
    ({ admin }) => updateClubPolicy(admin, { rateLimit: { limit: 9, windowSeconds: 60 } }),
    Object.fromEntries(
      ['key', 'child', 'robot'].map((name) => [
        name,
        expect.objectContaining({ clubRateLimit: { limit: 9, windowSeconds: 60 } }),
      ]),
    ),
  ],
]

describe('G5: this process forgets at once', () => {
  it.each(VERBS)('after %s', async (_, verb, expected) => {
    const on = await setup()
    const tokens = Object.entries(tokensOf(on))
    prove()
    const before = new Map<string, unknown>()
    for (const [name, token] of tokens) before.set(name, await answerTo(token))
    // They are really answered from memory: otherwise there would be nothing to forget.
    const fromMemory = async () => {
      prove()
      for (const [name, token] of tokens) expect(await answerTo(token)).toBe(before.get(name))
    }
    expect(await countLookups(database.directUrl(), fromMemory)).toBe(0)
    await verb(on)
    // However long that took: memory is trusted from here on.
    prove()
    const now: Record<string, unknown> = { ...Object.fromEntries(before), ...expected }
    for (const [name, token] of tokens) expect([name, await answerTo(token)]).toEqual([name, now[name]])
  })
})
