import { updateApiKey, revokeApiKey, validateApiKey } from '@/lib/auth/api-key'
import { byId } from '@/contracts/operation'
import { digestText, mintToken } from '@/lib/auth/token'
import { verifiedKeys } from '@/lib/auth/verified-keys'
import { db } from '@/lib/db/client'
import { makeClub, makeKey, makeMember, useDatabase } from '../../support/club'
import { countStatements } from '../../support/statements'

const database = useDatabase()

async function setup() {
  const club = await makeClub()
  const owner = await makeMember(club.id, ['COACH'])
  const key = await makeKey(owner, { scopes: ['practices:read', 'api-keys:write'] })
  return { club, owner, key, membership: { clubId_userId: { clubId: club.id, userId: owner.userId } } }
}

describe('validateApiKey', () => {
  it('returns key, club, owner, live roles and scopes of a good token', async () => {
    const { club, owner, key } = await setup()
    expect(await validateApiKey(key.token)).toMatchObject({
      ok: true,
      key: {
        id: key.id,
        clubId: club.id,
        userId: owner.userId,
        roles: ['COACH'],
        scopes: ['practices:read', 'api-keys:write'],
      },
    })
  })

  it('says unknown for a well-formed token that nobody was given', async () => {
    expect(await validateApiKey(mintToken().secret.reveal())).toEqual({ ok: false, reason: 'unknown' })
  })

  it('says malformed for a token of our brand with a bad checksum', async () => {
    const { key } = await setup()
    const last = key.token.endsWith('0') ? '1' : '0'
    expect(await validateApiKey(key.token.slice(0, -1) + last)).toEqual({ ok: false, reason: 'malformed' })
  })

  it('says revoked at once when the revocation returns', async () => {
    const { key } = await setup()
    await revokeApiKey(key.actor, { id: key.id })
    expect(await validateApiKey(key.token)).toEqual({ ok: false, reason: 'revoked', keyId: key.id })
  })

  it('G5: forgets a remembered key at once, however the id is spelt that it is revoked by', async () => {
    const { key } = await setup()
    // Nobody listens to changes here: what is forgotten, the revocation itself forgot.
    verifiedKeys().prove({ wall: Date.now(), monotonic: performance.now() })
    try {
      expect(await validateApiKey(key.token)).toMatchObject({ ok: true })
      expect(verifiedKeys().recall(digestText(key.token))).toMatchObject({ ok: true })
      await revokeApiKey(key.actor, byId.parse({ id: key.id.toUpperCase() }))
      expect(await validateApiKey(key.token)).toMatchObject({ ok: false, reason: 'revoked' })
    } finally {
      verifiedKeys().distrust()
    }
  })

  it('says disabled while a key is disabled, and takes it again when it is enabled', async () => {
    const { key, owner } = await setup()
    const other = await makeKey(owner)
    await updateApiKey(key.actor, { id: key.id, disabled: true })
    expect(await validateApiKey(key.token)).toEqual({ ok: false, reason: 'disabled', keyId: key.id })
    await updateApiKey(other.actor, { id: key.id, disabled: false })
    expect(await validateApiKey(key.token)).toMatchObject({ ok: true })
  })

  it('says expired from the very millisecond of its end', async () => {
    const { key } = await setup()
    const end = new Date('2027-01-01T00:00:00.000Z')
    await db().apiKey.update({ where: { id: key.id }, data: { expiresAt: end } })
    const now = jest.spyOn(Date, 'now')
    try {
      now.mockReturnValue(end.getTime() - 1)
      expect(await validateApiKey(key.token)).toMatchObject({ ok: true })
      now.mockReturnValue(end.getTime())
      expect(await validateApiKey(key.token)).toEqual({ ok: false, reason: 'expired', keyId: key.id })
    } finally {
      now.mockRestore()
    }
  })

  it('G4: says owner_gone while the owner is suspended', async () => {
    const { key, membership } = await setup()
    await db().membership.update({ where: membership, data: { status: 'SUSPENDED' } })
    expect(await validateApiKey(key.token)).toEqual({ ok: false, reason: 'owner_gone', keyId: key.id })
    await db().membership.update({ where: membership, data: { status: 'ACTIVE' } })
    expect(await validateApiKey(key.token)).toMatchObject({ ok: true })
  })

  it('G4: removal revokes the owner’s keys, and their return revives none', async () => {
    const { key, membership } = await setup()
    await db().membership.update({ where: membership, data: { status: 'REMOVED' } })
    await db().membership.update({ where: membership, data: { status: 'ACTIVE' } })
    expect(await validateApiKey(key.token)).toEqual({ ok: false, reason: 'revoked', keyId: key.id })
  })

  it('G4: says owner_gone once the owner is disabled', async () => {
    const { key, owner } = await setup()
    await db().user.update({ where: { id: owner.userId }, data: { disabledAt: new Date() } })
    expect(await validateApiKey(key.token)).toEqual({ ok: false, reason: 'owner_gone', keyId: key.id })
  })

  it('G4: carries the roles as they are now, not as they were when the key was made', async () => {
    const { key, membership } = await setup()
    await db().membership.update({ where: membership, data: { roles: ['ATHLETE'] } })
    expect(await validateApiKey(key.token)).toMatchObject({ ok: true, key: { roles: ['ATHLETE'] } })
  })

  it('grants nothing for a scope that this version does not know', async () => {
    const { key } = await setup()
    await db().apiKey.update({ where: { id: key.id }, data: { scopes: ['practices:read', 'everything:*'] } })
    expect(await validateApiKey(key.token)).toMatchObject({ ok: true, key: { scopes: ['practices:read'] } })
  })

  it('G6: costs exactly one statement for a known or unknown token and none for a malformed one, by the server’s own count', async () => {
    const { key } = await setup()
    const unknown = mintToken().secret.reveal()
    await validateApiKey(key.token)
    const count = (token: string) => countStatements(database.directUrl(), async () => validateApiKey(token))
    expect(await count(key.token)).toBe(1)
    expect(await count(unknown)).toBe(1)
    expect(await count('an-imported-key-of-another-shape')).toBe(1)
    expect(await count(`${unknown.slice(0, -1)}!`)).toBe(0)
    expect(await count('sk_club_short')).toBe(0)
  })
})
