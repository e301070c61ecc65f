import { randomUUID } from 'node:crypto'
import {
  createApiKey,
  deleteApiKey,
  revokeApiKey,
  revokeApiKeys,
  rotateApiKey,
  updateApiKey,
  validateApiKey,
} from '@/lib/auth/api-key'
import { changePassword } from '@/lib/sign-in/change-password'
import { makeSetPasswordLink, setPassword } from '@/lib/sign-in/set-password'
import { createIdentitySession, createPasswordSession } from '@/lib/sign-in/login-session'
import { findSignedIn } from '@/lib/sign-in/session-actor'
import { db } from '@/lib/db/client'
import { resendInvitation } from '@/lib/members/resend-invitation'
import { makeClub, makeKey, makeMember, useDatabase } from '../../support/club'
import { useRaces } from '../../support/races'
import { forgetAttempts, givePassword, PASSWORD, sessionOf } from '../../support/sign-in'

// One race for each lock: what another session of the database does meanwhile, at a moment of the test's
// choice.

const database = useDatabase()
const NO_TRACE = { requestId: null, address: null, userAgent: null }
const { hand, untilItWaits, whileChanging, holdsUp } = useRaces(database)

async function setup() {
  const { id: clubId } = await makeClub()
  const coach = await makeMember(clubId, ['COACH', 'CLUB_ADMIN'])
  return { clubId, coach, session: await sessionOf(coach), key: await makeKey(coach) }
}

const SUSPEND = `UPDATE "Membership" SET "status" = 'SUSPENDED' WHERE "clubId" = $1 AND "userId" = $2`
const REVOKE = 'UPDATE "ApiKey" SET "revokedAt" = now() WHERE "id" = $1'
const RENAME = 'UPDATE "ApiKey" SET "name" = $2 WHERE "id" = $1'
/** As a key that makes another one does: its owner is held, and the new row is not committed yet. */
const MAKE = `WITH held AS MATERIALIZED (
  SELECT 1 FROM "Holder" WHERE "clubId" = $1 AND "userId" = $2 FOR SHARE)
  INSERT INTO "ApiKey" SELECT (jsonb_populate_record(k, jsonb_build_object(
    'id', $3::text, 'createdByKeyId', k."id", 'digest', '\\x' || repeat(md5($3::text), 2)))).*
  FROM "ApiKey" k WHERE k."id" = $4 AND EXISTS (SELECT 1 FROM held)`
const KEY = { name: 'made', scopes: ['practices:read'] as ['practices:read'] }

describe('live-maker.ts', () => {
  it('holds the key that makes another one: it is revoked before or after, not meanwhile', async () => {
    const { key } = await setup()
    expect(await holdsUp(() => createApiKey(key.actor, KEY), REVOKE, [key.id])).toBe(true)
  })

  it.each(['disabledAt', 'revokedAt', 'expiresAt'])(
    'waits for a change of it, and sees it: %s',
    async (column) => {
      const { key } = await setup()
      const ended = `UPDATE "ApiKey" SET "${column}" = now() WHERE "id" = $1`
      const making = whileChanging(ended, [key.id], () => createApiKey(key.actor, KEY))
      await expect(making).rejects.toMatchObject({ code: 'invalid_token' })
      expect(await db().apiKey.count({ where: { createdByKeyId: key.id } })).toBe(0)
    },
  )

  it('finds the key in its own club alone', async () => {
    const { key } = await setup()
    const elsewhere = await setup()
    const astray = { ...elsewhere.key.actor, via: key.actor.via }
    await expect(createApiKey(astray, KEY)).rejects.toMatchObject({ code: 'invalid_token' })
  })
})

describe('lock.ts', () => {
  it('holds the owner for whom a key is made: nobody suspends them meanwhile', async () => {
    const { clubId, coach, session } = await setup()
    expect(await holdsUp(() => createApiKey(session, KEY), SUSPEND, [clubId, coach.userId])).toBe(true)
  })

  it('waits for a change of the owner, and sees it', async () => {
    const { clubId, coach, session } = await setup()
    await makeMember(clubId, ['CLUB_ADMIN'])
    const making = whileChanging(SUSPEND, [clubId, coach.userId], () => createApiKey(session, KEY))
    await expect(making).rejects.toMatchObject({ code: 'not_found' })
  })

  it('holds up nobody whose keys are not concerned', async () => {
    const { clubId, session, key } = await setup()
    const bystander = await makeMember(clubId, ['COACH'])
    await makeKey(bystander)
    const revoke = () => revokeApiKeys(session, { ids: [key.id], descendants: true })
    expect(await holdsUp(revoke, SUSPEND, [clubId, bystander.userId])).toBe(false)
  })

  it('holds the owner of a key that is changed, and of keys that are revoked together', async () => {
    const { clubId, coach, session, key } = await setup()
    const rename = () => updateApiKey(session, { id: key.id, name: 'renamed' })
    const revoke = () => revokeApiKeys(session, { ids: [key.id], descendants: true })
    for (const act of [rename, revoke]) expect(await holdsUp(act, SUSPEND, [clubId, coach.userId])).toBe(true)
  })

  it('holds nobody and nothing else: no other member, no other key, no other club', async () => {
    const { clubId, coach, session, key } = await setup()
    const mate = await makeMember(clubId, ['COACH'])
    const elsewhere = await makeClub()
    await db().membership.create({ data: { clubId: elsewhere.id, userId: coach.userId, roles: ['COACH'] } })
    // Whoever has never had a key has no row to hold.
    await makeKey(mate)
    await makeKey({ ...coach, clubId: elsewhere.id, roles: ['COACH'] })
    const MEMBER = 'SELECT 1 FROM "Holder" WHERE "clubId" = $1 AND "userId" = $2 FOR UPDATE'
    const others: [sql: string, values: string[]][] = [
      [MEMBER, [clubId, mate.userId]],
      [MEMBER, [elsewhere.id, coach.userId]],
      ['SELECT 1 FROM "ApiKey" WHERE "id" = $1 FOR UPDATE', [(await makeKey(coach)).id]],
    ]
    let names = 0
    const acts = {
      create: () => createApiKey(session, KEY),
      change: () => updateApiKey(session, { id: key.id, name: `name ${++names}` }),
      rotate: async () => rotateApiKey(session, { id: (await makeKey(coach)).id }),
      revoke: async () => revokeApiKeys(session, { ids: [(await makeKey(coach)).id], descendants: true }),
    }
    for (const [name, act] of Object.entries(acts))
      for (const [sql, values] of others)
        expect({ name, sql, held: await holdsUp(act, sql, values) }).toEqual({ name, sql, held: false })
  })

  it('waits for no key of another club, whoever names it', async () => {
    const { session } = await setup()
    const elsewhere = await setup()
    const { id } = elsewhere.key
    const acts = {
      change: () => updateApiKey(session, { id, name: 'mine' }),
      rotate: () => rotateApiKey(session, { id }),
      revoke: () => revokeApiKeys(session, { ids: [id], descendants: true }),
    }
    await hand().query('BEGIN')
    await hand().query('SELECT 1 FROM "ApiKey" WHERE "id" = $1 FOR UPDATE', [id])
    await hand().query('SELECT 1 FROM "Holder" WHERE "clubId" = $1 FOR UPDATE', [elsewhere.clubId])
    try {
      const codes = Object.entries(acts).map(async ([name, act]) => [name, await act().catch(({ code }) => code)]) // prettier-ignore
      expect(Object.fromEntries(await Promise.all(codes))).toEqual({
        change: 'not_found',
        rotate: 'not_found',
        revoke: 'validation_failed',
      })
    } finally {
      await hand().query('ROLLBACK')
    }
  })

  it.each(['one', 'many'] as const)(
    'ends (%s) what a deleted key’s descendant is just making',
    async (how) => {
      const { clubId, coach, session, key } = await setup()
      const child = await createApiKey(key.actor, KEY)
      const late = randomUUID()
      await db().apiKey.update({ where: { id: key.id }, data: { revokedAt: new Date() } })
      await db().apiKey.delete({ where: { id: key.id } })
      const revoke: () => Promise<unknown> =
        how === 'one'
          ? () => revokeApiKey(session, { id: key.id })
          : () => revokeApiKeys(session, { ids: [key.id], descendants: true })
      await whileChanging(MAKE, [clubId, coach.userId, late, child.id], revoke)
      const { revokedAt } = await db().apiKey.findFirstOrThrow({ where: { id: late } })
      expect(revokedAt).not.toBeNull()
    },
  )

  it('sees what it replaces: of a key that another session is changing', async () => {
    const { session, key } = await setup()
    await whileChanging(RENAME, [key.id, 'by hand'], () =>
      updateApiKey(session, { id: key.id, name: 'mine' }),
    )
    const { changes } = await db().auditEvent.findFirstOrThrow({
      where: { targetId: key.id, action: 'api-key.update' },
    })
    expect(changes).toEqual({ name: { from: 'by hand', to: 'mine' } })
  })

  it('revokes together what matches once it holds it: a key that is renamed meanwhile is spared', async () => {
    const { session, key } = await setup()
    const revoking = whileChanging(RENAME, [key.id, 'fine'], () =>
      revokeApiKeys(session, { filter: { q: 'test key' }, descendants: true }),
    )
    expect(await revoking).toMatchObject({ count: 0 })
    expect(await validateApiKey(key.token)).toMatchObject({ ok: true })
  })

  it('hands out no successor of a key whose owner is being suspended', async () => {
    const { clubId, coach, session, key } = await setup()
    await makeMember(clubId, ['CLUB_ADMIN'])
    const rotating = whileChanging(SUSPEND, [clubId, coach.userId], () =>
      rotateApiKey(session, { id: key.id }),
    )
    await expect(rotating).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('a sign-in', () => {
  const PASSWORD_HASH = 'UPDATE "User" SET "passwordHash" = $2 WHERE "id" = $1'

  it('by a password that is being changed comes to nothing', async () => {
    const { coach } = await setup()
    await givePassword(coach)
    const { passwordHash } = await db().user.findUniqueOrThrow({ where: { id: coach.userId } })
    const signingIn = whileChanging(PASSWORD_HASH, [coach.userId, 'another'], () =>
      createPasswordSession(coach.userId, passwordHash!, NO_TRACE),
    )
    expect(await signingIn).toBeNull()
  })

  it('by an identity that is being unlinked comes to nothing', async () => {
    const { coach } = await setup()
    const account = {
      userId: coach.userId,
      type: 'oauth',
      provider: 'https://id.test',
      providerAccountId: 'x',
    }
    await db().account.create({ data: account })
    const unlink = `WITH held AS (SELECT "id" FROM "User" WHERE "id" = $1 FOR NO KEY UPDATE)
      DELETE FROM "Account" WHERE "userId" IN (SELECT "id" FROM held)`
    const signingIn = whileChanging(unlink, [coach.userId], () =>
      createIdentitySession(coach.userId, { issuer: account.provider, subject: 'x' }, NO_TRACE),
    )
    expect(await signingIn).toBeNull()
  })

  it('by one identity is none by another, however many are linked', async () => {
    const { coach } = await setup()
    const account = { userId: coach.userId, type: 'oauth', providerAccountId: 'y' }
    await db().account.create({ data: { ...account, provider: 'https://other.test' } })
    const comesIn = (issuer: string, subject: string) =>
      createIdentitySession(coach.userId, { issuer, subject }, NO_TRACE)
    expect(await comesIn('https://id.test', 'y')).toBeNull()
    expect(await comesIn('https://other.test', 'x')).toBeNull()
    expect(await comesIn('https://other.test', 'y')).not.toBeNull()
  })

  it('waits for nobody else: no act on another person holds it up', async () => {
    await forgetAttempts()
    const { clubId, coach, session } = await setup()
    await givePassword(coach)
    const { passwordHash } = await db().user.findUniqueOrThrow({ where: { id: coach.userId } })
    await db().account.create({ data: { userId: coach.userId, type: 'oauth', provider: 'https://id.test', providerAccountId: 'z' } }) // prettier-ignore
    if (session.via.kind !== 'session') throw new Error('not signed in')
    const person = await findSignedIn({ userId: coach.userId, sessionId: session.via.sessionId })
    const mate = await makeMember(clubId, ['COACH'])
    await hand().query('BEGIN')
    await hand().query('SELECT 1 FROM "User" WHERE "id" = $1 FOR UPDATE', [mate.userId])
    try {
      expect(await createPasswordSession(coach.userId, passwordHash!, NO_TRACE)).not.toBeNull()
      const identity = { issuer: 'https://id.test', subject: 'z' }
      expect(await createIdentitySession(coach.userId, identity, NO_TRACE)).not.toBeNull()
      const change = { current: PASSWORD, next: 'other plain words that nobody guesses' }
      expect(await changePassword(person!, change, NO_TRACE)).toMatchObject({ ok: true })
    } finally {
      await hand().query('ROLLBACK')
    }
  })

  it('changes no password that a link is setting meanwhile', async () => {
    await forgetAttempts()
    const { coach, session } = await setup()
    await givePassword(coach)
    if (session.via.kind !== 'session') throw new Error('not signed in')
    const person = await findSignedIn({ userId: coach.userId, sessionId: session.via.sessionId })
    const change = { current: PASSWORD, next: 'other plain words that nobody guesses' }
    const changing = whileChanging(PASSWORD_HASH, [coach.userId, 'by link'], () =>
      changePassword(person!, change, NO_TRACE),
    )
    expect(await changing).toEqual({ ok: false, reason: 'current' })
    expect(await db().user.findUnique({ where: { id: coach.userId } })).toMatchObject({
      passwordHash: 'by link',
    })
  })
})

describe('G13: what is refused in the end holds nobody before', () => {
  const HOLD = 'SELECT 1 FROM "Holder" WHERE "userId" = $1 FOR UPDATE'

  it('a revocation of as many keys as are not there', async () => {
    const { coach, key } = await setup()
    await hand().query('BEGIN')
    await hand().query(HOLD, [coach.userId])
    const revoking = revokeApiKeys(key.actor, { ids: [key.id], expectedCount: 2, descendants: true })
    await expect(revoking).rejects.toMatchObject({ code: 'conflict' })
    await hand().query('ROLLBACK')
  })

  it('a deletion of a key that live ones go back to', async () => {
    const { coach, key } = await setup()
    await createApiKey(key.actor, KEY)
    await hand().query('BEGIN')
    await hand().query(HOLD, [coach.userId])
    await expect(deleteApiKey(key.actor, { id: key.id })).rejects.toMatchObject({ code: 'conflict' })
    await hand().query('ROLLBACK')
  })
})

describe('an invitation that is sent again', () => {
  it('waits for the person before it holds their membership, as inviting does: two of them never deadlock', async () => {
    const { clubId, coach, session } = await setup()
    const { id } = await db().membership.findUniqueOrThrow({
      where: { clubId_userId: { clubId, userId: coach.userId } },
    })
    const membership = 'SELECT 1 FROM "Membership" WHERE "id" = $1 FOR NO KEY UPDATE NOWAIT'
    await hand().query('BEGIN')
    await hand().query('SELECT 1 FROM "User" WHERE "id" = $1 FOR NO KEY UPDATE', [coach.userId])
    const sending = resendInvitation(session, { id })
    await untilItWaits()
    await expect(hand().query(membership, [id])).resolves.toMatchObject({ rowCount: 1 })
    await hand().query('COMMIT')
    await expect(sending).resolves.toMatchObject({ id })
  })
})

describe('set-password.ts', () => {
  it('waits for a change of the link, and sees that it has run out', async () => {
    const { coach } = await setup()
    const link = await db().$transaction((tx) => makeSetPasswordLink(tx, coach.userId, 'proving'))
    const runOut = `UPDATE "VerificationToken" SET "expires" = now() - interval '1 second' WHERE "identifier" LIKE '%' || $1`
    const setting = whileChanging(runOut, [coach.userId], () => setPassword(link.split('#')[1]!, PASSWORD))
    expect(await setting).toEqual({ ok: false, reason: 'link' })
  })
})
