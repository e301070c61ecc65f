import { Client } from 'pg'
import { updateApiKey, validateApiKey } from '@/lib/auth/api-key'
import { followChanges } from '@/lib/auth/follow-changes'
import { verifiedKeys } from '@/lib/auth/verified-keys'
import { mintToken } from '@/lib/auth/token'
import { db } from '@/lib/db/client'
import { makeClub, makeKey, makeMember, useDatabase, type Member } from '../../support/club'
import { countLookups } from '../../support/lookups'

const database = useDatabase()

const until = async (condition: () => boolean | Promise<boolean>, patienceMs = 3_000) => {
  const deadline = Date.now() + patienceMs
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('it did not come to pass')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

beforeAll(async () => {
  followChanges()
  await until(() => verifiedKeys().trusted)
})

/** A change as anyone at psql could make it, in a session of its own. */
async function byHand(sql: string, values: unknown[] = []): Promise<void> {
  const client = new Client(database.directUrl())
  await client.connect()
  await client.query(sql, values)
  await client.end()
}

async function cachedKey() {
  const club = await makeClub()
  const owner = await makeMember(club.id, ['COACH'])
  const key = await makeKey(owner)
  await settled()
  expect(await validateApiKey(key.token)).toMatchObject({ ok: true })
  return { club, owner, key }
}

/** Until what was committed so far has been heard of. */
async function settled(): Promise<void> {
  const sent = Date.now()
  const heard = jest.spyOn(verifiedKeys(), 'prove')
  await until(() => heard.mock.calls.some(([moment]) => moment.wall > sent))
  heard.mockRestore()
}

const reasonFor = async (token: string) => {
  const verification = await validateApiKey(token)
  return verification.ok ? 'good' : verification.reason
}

describe('verification from memory', () => {
  it('G6: costs no statement, for a good key and for an unknown one', async () => {
    const { key } = await cachedKey()
    const unknown = mintToken().secret.reveal()
    await validateApiKey(unknown)
    const ask = async () => {
      for (let i = 0; i < 50; i++) for (const token of [key.token, unknown]) await validateApiKey(token)
    }
    expect(await countLookups(database.directUrl(), ask)).toBe(0)
  })

  it('G6: 50 simultaneous misses of one token share one statement', async () => {
    const { key } = await cachedKey()
    verifiedKeys().forgetAll()
    const ask = () => Promise.all(Array.from({ length: 50 }, async () => validateApiKey(key.token)))
    expect(await countLookups(database.directUrl(), ask)).toBe(1)
  })
})

describe('G5: what is changed by hand in the database is refused at once', () => {
  const changes: [string, (owner: Member, id: string) => [string, unknown[]], string][] = [
    [
      'revoking a key',
      (_, id) => ['UPDATE "ApiKey" SET "revokedAt" = now() WHERE "id" = $1', [id]],
      'revoked',
    ],
    [
      'disabling a key',
      (_, id) => ['UPDATE "ApiKey" SET "disabledAt" = now() WHERE "id" = $1', [id]],
      'disabled',
    ],
    ['ending a key', (_, id) => ['UPDATE "ApiKey" SET "expiresAt" = now() WHERE "id" = $1', [id]], 'expired'],
    [
      'suspending its owner',
      ({ userId }) => [`UPDATE "Membership" SET "status" = 'SUSPENDED' WHERE "userId" = $1`, [userId]],
      'owner_gone',
    ],
    [
      'removing its owner',
      ({ userId }) => [`UPDATE "Membership" SET "status" = 'REMOVED' WHERE "userId" = $1`, [userId]],
      'revoked',
    ],
    [
      'disabling its owner',
      ({ userId }) => ['UPDATE "User" SET "disabledAt" = now() WHERE "id" = $1', [userId]],
      'owner_gone',
    ],
    [
      'revoking every key of the club',
      ({ clubId }) => ['UPDATE "ApiKey" SET "revokedAt" = now() WHERE "clubId" = $1', [clubId]],
      'revoked',
    ],
  ]
  it.each(changes)('%s', async (_, change, reason) => {
    const { owner, key } = await cachedKey()
    await byHand(...change(owner, key.id))
    await until(async () => (await reasonFor(key.token)) !== 'good', 1_000)
    expect(await reasonFor(key.token)).toBe(reason)
  })

  it('demoting its owner changes the roles it carries', async () => {
    const { owner, key } = await cachedKey()
    await byHand(`UPDATE "Membership" SET "roles" = '{ATHLETE}' WHERE "userId" = $1`, [owner.userId])
    await until(async () => {
      const verification = await validateApiKey(key.token)
      return verification.ok && verification.key.roles.join() === 'ATHLETE'
    }, 1_000)
  })

  it('deleting a revoked key, truncating all keys', async () => {
    const first = await cachedKey()
    await byHand('UPDATE "ApiKey" SET "revokedAt" = now() WHERE "id" = $1', [first.key.id])
    await byHand('DELETE FROM "ApiKey" WHERE "id" = $1', [first.key.id])
    await until(async () => (await reasonFor(first.key.token)) === 'unknown', 1_000)
    const second = await cachedKey()
    await byHand('TRUNCATE "ApiKey" CASCADE')
    await until(async () => (await reasonFor(second.key.token)) === 'unknown', 1_000)
  })

  it('a key made elsewhere works at once, though it was refused before', async () => {
    const { owner } = await cachedKey()
    const { secret, record } = mintToken()
    expect(await reasonFor(secret.reveal())).toBe('unknown')
    await byHand(
      `INSERT INTO "ApiKey" ("id", "clubId", "userId", "name", "digest", "start", "last4", "scopes", "updatedAt") VALUES (gen_random_uuid(), $1, $2, 'by hand', $3, $4, $5, '{}', now())`,
      [owner.clubId, owner.userId, record.digest, record.start, record.last4],
    )
    await until(async () => (await reasonFor(secret.reveal())) === 'good', 1_000)
  })
})

describe('the channel', () => {
  it('is quiet about what changes no answer: uses, another’s practices', async () => {
    const { key } = await cachedKey()
    const generation = verifiedKeys().generation
    await byHand(
      'INSERT INTO "ApiKeyUse" SELECT "id", "clubId", now() FROM "ApiKey" WHERE "id" = $1 ON CONFLICT DO NOTHING',
      [key.id],
    )
    await settled()
    expect(verifiedKeys().generation).toBe(generation)
  })

  it('tells of metadata, which verification answers', async () => {
    const { key } = await cachedKey()
    const { generation } = verifiedKeys()
    await byHand('UPDATE "ApiKey" SET "metadata" = $1 WHERE "id" = $2', ['{"a":{"b":[1]}}', key.id])
    await settled()
    expect(verifiedKeys().generation).toBeGreaterThan(generation)
    expect(await validateApiKey(key.token)).toMatchObject({
      ok: true,
      key: { metadata: '{"a": {"b": [1]}}' },
    })
  })

  it('a verb’s own process does not wait for the channel', async () => {
    const { key } = await cachedKey()
    await updateApiKey(key.actor, { id: key.id, disabled: true })
    expect(await reasonFor(key.token)).toBe('disabled')
  })

  it('is distrusted the moment its connection is cut, and trusted again once it is back', async () => {
    const { key } = await cachedKey()
    await byHand(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'clubkeys changes' AND datname = current_database()`,
    )
    await until(() => !verifiedKeys().trusted)
    expect(await countLookups(database.directUrl(), async () => validateApiKey(key.token))).toBe(1)
    await until(() => verifiedKeys().trusted, 5_000)
    await validateApiKey(key.token)
    expect(await countLookups(database.directUrl(), async () => validateApiKey(key.token))).toBe(0)
    expect(await db().apiKey.count({ where: { id: key.id } })).toBe(1)
  })
})
