import {
  createApiKey,
  deleteApiKey,
  getApiKey,
  listApiKeys,
  revokeApiKey,
  updateApiKey,
  validateApiKey,
} from '@/lib/auth/api-key'
import { digestOf } from '@/lib/auth/token'
import { db } from '@/lib/db/client'
import { makeKey, twoClubs, useDatabase } from '../../support/club'

useDatabase()

describe('listApiKeys and getApiKey', () => {
  it('shows an admin’s key the club’s keys, a coach’s key its owner’s, and nobody another club’s', async () => {
    const { home, rival } = await twoClubs()
    const seen = async (actor: typeof home.keys.admin.actor) =>
      (await listApiKeys(actor, { limit: 100 })).data.map((key) => key.id).sort()
    expect(await seen(home.keys.admin.actor)).toEqual(
      [home.keys.admin.id, home.keys.coach.id, home.keys.athlete.id].sort(),
    )
    expect(await seen(home.keys.coach.actor)).toEqual([home.keys.coach.id])
    expect(await seen(rival.keys.athlete.actor)).toEqual([rival.keys.athlete.id])
  })

  it('pages through every key exactly once, newest first', async () => {
    const { home } = await twoClubs()
    for (let i = 0; i < 7; i++) await makeKey(home.coach, { name: `key ${i}` })
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await listApiKeys(home.keys.coach.actor, { limit: 3, cursor })
      seen.push(...page.data.map((key) => key.createdAt))
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    expect(seen).toHaveLength(8)
    expect(seen).toEqual([...seen].sort().reverse())
  })

  it.each(['', 'x', 'e30', Buffer.from('["0000-01-01T00:00:00.000Z","x"]').toString('base64url')])(
    'refuses the cursor %j by name',
    async (cursor) => {
      const { home } = await twoClubs()
      await expect(listApiKeys(home.keys.admin.actor, { limit: 5, cursor })).rejects.toMatchObject({
        code: 'validation_failed',
        errors: [{ path: 'cursor' }],
      })
    },
  )

  it('answers a foreign id exactly like a missing one', async () => {
    const { home, rival } = await twoClubs()
    const answer = (id: string) =>
      getApiKey(home.keys.admin.actor, { id }).catch((error: unknown) => JSON.stringify(error))
    expect(await answer(rival.keys.admin.id)).toBe(await answer('0190d9a0-0000-7000-8000-000000000000'))
  })
})

describe('updateApiKey', () => {
  it('renames, replaces metadata and records what changed', async () => {
    const { home } = await twoClubs()
    const { id, actor } = home.keys.coach
    expect(await updateApiKey(actor, { id, name: 'scoreboard', metadata: { hall: 2 } })).toMatchObject({
      name: 'scoreboard',
      metadata: { hall: 2 },
    })
    const row = await db().auditEvent.findFirstOrThrow({ where: { targetId: id, action: 'api-key.update' } })
    expect(row).toMatchObject({
      actorKeyId: id,
      actorUserId: home.coach.userId,
      changes: { name: { from: 'test key', to: 'scoreboard' }, metadata: { from: {}, to: { hall: 2 } } },
    })
  })

  it('records nothing where nothing changes', async () => {
    const { home } = await twoClubs()
    const { id } = home.keys.coach
    const { name } = await getApiKey(home.keys.coach.actor, { id })
    await updateApiKey(home.keys.coach.actor, { id, name, disabled: false })
    expect(await db().auditEvent.count({ where: { targetId: id, action: 'api-key.update' } })).toBe(0)
  })

  it('lets a key change only keys of its own owner, even an admin’s', async () => {
    const { home, rival } = await twoClubs()
    for (const id of [home.keys.coach.id, rival.keys.admin.id]) {
      await expect(updateApiKey(home.keys.admin.actor, { id, name: 'mine now' })).rejects.toMatchObject({
        code: 'not_found',
      })
      await expect(revokeApiKey(home.keys.admin.actor, { id })).rejects.toMatchObject({ code: 'not_found' })
    }
  })

  it('does not let a weaker or shorter-lived key enable a stronger one', async () => {
    const { home } = await twoClubs()
    const strong = await makeKey(home.coach, { scopes: ['practices:write'], expiresAt: null })
    const weak = await makeKey(home.coach, { scopes: ['api-keys:write'] })
    const short = await makeKey(home.coach)
    await updateApiKey(weak.actor, { id: strong.id, disabled: true })
    await expect(updateApiKey(weak.actor, { id: strong.id, disabled: false })).rejects.toMatchObject({
      code: 'insufficient_scope',
    })
    await expect(updateApiKey(short.actor, { id: strong.id, disabled: false })).rejects.toMatchObject({
      code: 'forbidden',
    })
    expect(await validateApiKey(strong.token)).toMatchObject({ ok: false, reason: 'disabled' })
  })

  it('enables nothing for a key that was revoked after its request was verified', async () => {
    const { home } = await twoClubs()
    const maker = await makeKey(home.coach)
    const paused = await makeKey(home.coach, { expiresAt: new Date(Date.now() + 3600_000) })
    await updateApiKey(maker.actor, { id: paused.id, disabled: true })
    await revokeApiKey(maker.actor, { id: maker.id })
    await expect(updateApiKey(maker.actor, { id: paused.id, disabled: false })).rejects.toMatchObject({
      code: 'invalid_token',
    })
  })

  it('changes nothing about a revoked key', async () => {
    const { home } = await twoClubs()
    const { id, actor } = home.keys.coach
    await revokeApiKey(actor, { id, reason: 'lost phone' })
    await expect(updateApiKey(actor, { id, name: 'back' })).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('revokeApiKey', () => {
  it('keeps the key on record with its reason, and revoking again changes nothing', async () => {
    const { home } = await twoClubs()
    const { id, actor } = home.keys.coach
    const first = await revokeApiKey(actor, { id, reason: 'lost phone' })
    expect(first).toMatchObject({ status: 'revoked', revokedReason: 'lost phone' })
    expect(await revokeApiKey(actor, { id, reason: 'again' })).toEqual(first)
    expect(await db().auditEvent.count({ where: { targetId: id, action: 'api-key.revoke' } })).toBe(1)
  })

  it('one of 20 simultaneous revocations is on record, and all answer alike', async () => {
    const { home } = await twoClubs()
    const { id, actor } = home.keys.coach
    const answers = await Promise.all(Array.from({ length: 20 }, () => revokeApiKey(actor, { id })))
    expect(new Set(answers.map((key) => key.revokedAt)).size).toBe(1)
    expect(await db().auditEvent.count({ where: { targetId: id, action: 'api-key.revoke' } })).toBe(1)
  })

  it('is final: the database itself refuses to undo it', async () => {
    const { home } = await twoClubs()
    const { id, actor } = home.keys.coach
    await revokeApiKey(actor, { id })
    await expect(db().apiKey.update({ where: { id }, data: { revokedAt: null } })).rejects.toThrow()
  })
})

describe('deleteApiKey', () => {
  it('revokes a live key in the same act, and both are on record', async () => {
    const { home } = await twoClubs()
    const { id, token } = await makeKey(home.coach)
    await deleteApiKey(home.keys.coach.actor, { id })
    expect(await validateApiKey(token)).toEqual({ ok: false, reason: 'unknown' })
    const rows = await db().auditEvent.findMany({ where: { targetId: id }, orderBy: { id: 'asc' } })
    expect(rows.map(({ action }) => action)).toEqual(['api-key.create', 'api-key.revoke', 'api-key.delete'])
  })

  it('lets a key end itself for good', async () => {
    const { home } = await twoClubs()
    const { id, token, actor } = await makeKey(home.coach)
    await deleteApiKey(actor, { id })
    expect(await validateApiKey(token)).toEqual({ ok: false, reason: 'unknown' })
  })

  it('deletes a revoked key and leaves a tombstone, so that its digest can never come back', async () => {
    const { home } = await twoClubs()
    const { id, token } = await makeKey(home.coach)
    await revokeApiKey(home.keys.coach.actor, { id })
    await deleteApiKey(home.keys.coach.actor, { id })
    expect(await validateApiKey(token)).toEqual({ ok: false, reason: 'unknown' })
    expect(await db().auditEvent.count({ where: { targetId: id, action: 'api-key.delete' } })).toBe(1)
    const digest = digestOf(token)
    expect(await db().apiKeyTombstone.findUnique({ where: { digest } })).toMatchObject({ apiKeyId: id })
    const again = {
      clubId: home.clubId,
      userId: home.coach.userId,
      name: 'back',
      digest,
      start: 's',
      last4: 'l',
      scopes: [],
    }
    await expect(db().apiKey.create({ data: again })).rejects.toThrow()
    // Not even behind a temporary table of the tombstones' name, which a search_path would find first.
    const behindMask = db().$transaction(async (tx) => {
      await tx.$executeRaw`CREATE TEMP TABLE "ApiKeyTombstone" (LIKE public."ApiKeyTombstone") ON COMMIT DROP`
      await tx.apiKey.create({ data: again })
    })
    await expect(behindMask).rejects.toMatchObject({ code: 'P2002' })
  })
})

describe('G9: a change and its audit row share one transaction', () => {
  it('creates, revokes and deletes nothing when the audit row cannot be written', async () => {
    const { home } = await twoClubs()
    const { id, token, actor } = home.keys.coach
    // U+0000 is what Postgres cannot store: it breaks the audit row, not the change.
    const broken = { ...actor, trace: { ...actor.trace, userAgent: 'bad \u0000 agent' } }
    const before = await db().apiKey.count({ where: { clubId: home.clubId } })
    await expect(createApiKey(broken, { name: 'ci', scopes: ['practices:read'] })).rejects.toThrow()
    await expect(revokeApiKey(broken, { id })).rejects.toThrow()
    await expect(updateApiKey(broken, { id, name: 'renamed' })).rejects.toThrow()
    expect(await db().apiKey.count({ where: { clubId: home.clubId } })).toBe(before)
    expect(await validateApiKey(token)).toMatchObject({ ok: true, key: { name: 'test key' } })
  })
})
