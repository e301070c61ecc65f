import { randomUUID } from 'node:crypto'
import type { RateLimit } from '@/contracts/rate-limit'
import type { Actor } from '@/lib/actor'
import { keyActor, operatorActor } from '@/lib/auth/actor'
import { createApiKey, validateApiKey } from '@/lib/auth/api-key'
import { unfollowChanges } from '@/lib/auth/follow-changes'
import { closeDb, db } from '@/lib/db/client'
import { scopesOf } from '@/lib/permissions/scopes'
import { createServiceAccount } from '@/lib/service-accounts/create'
import { flushUses } from '@/lib/usage/record'
import { createTestDatabase } from './postgres'
import type { Role, Scope } from './tenancy'

const NO_TRACE = { requestId: null, address: null, userAgent: null }

/** A database of its own for this test file, and the environment pointed at it. */
export function useDatabase(): { url: () => string; directUrl: () => string } {
  let database: Awaited<ReturnType<typeof createTestDatabase>>
  beforeAll(async () => {
    database = await createTestDatabase()
    process.env.DATABASE_URL = database.url
  })
  afterAll(async () => {
    // By a timer, it would come after the database is gone.
    await flushUses()
    await unfollowChanges()
    await closeDb()
    await database.drop()
  })
  return { url: () => database.url, directUrl: () => database.directUrl }
}

export type Member = { clubId: string; userId: string; roles: Role[]; email: string }
export type TestKey = { id: string; token: string; actor: Actor }

export async function makeClub(slug = `club-${randomUUID().slice(0, 8)}`) {
  return db().club.create({ data: { slug, name: `Club ${slug}` } })
}

export async function makeMember(clubId: string, roles: Role[]): Promise<Member> {
  const email = `${randomUUID()}@example.test`
  const data = {
    email,
    emailVerified: new Date(),
    name: `The ${roles.join(' and ')}`,
    memberships: { create: { clubId, roles } },
  }
  const user = await db().user.create({ data })
  return { clubId, userId: user.id, roles, email }
}

/** As {@link makeMember}, but nobody: `id` is what its routes take. */
export async function makeServiceAccount(
  clubId: string,
  roles: Role[],
  name = `robot ${randomUUID()}`,
): Promise<Member & { id: string }> {
  const account = await createServiceAccount(operatorActor(clubId, null, 'test'), { name, roles })
  return { id: account.id, clubId, userId: account.user.id, roles, email: '' }
}

type KeyOptions = {
  scopes?: Scope[]
  name?: string
  expiresAt?: Date | null
  allowedCidrs?: string[]
  rateLimit?: RateLimit
}

/** A key as an operator makes it, with every scope its owner's roles grant unless told otherwise. */
export async function makeKey(owner: Member, options: KeyOptions = {}): Promise<TestKey> {
  const { scopes = scopesOf(owner.roles), name = 'test key', ...rest } = options
  const { id, key } = await createApiKey(operatorActor(owner.clubId, owner.userId, 'test'), {
    name,
    scopes,
    ...rest,
  })
  return { id, token: key, actor: await actorOf(key) }
}

/** The actor that a token stands for right now. */
export async function actorOf(token: string): Promise<Actor> {
  const verified = await validateApiKey(token)
  if (!verified.ok) throw new Error(`not a good key: ${verified.reason}`)
  return keyActor(verified.key, NO_TRACE)
}

export async function makePractice(
  owner: Member,
  status: 'DRAFT' | 'PUBLISHED' = 'PUBLISHED',
  startsAt = new Date('2027-03-01T18:00:00Z'),
) {
  return db().practice.create({
    data: { clubId: owner.clubId, createdById: owner.userId, title: `${status} practice`, startsAt, status },
  })
}

/** Two clubs with a member of every role and a full key for each. */
export async function twoClubs() {
  const club = async () => {
    const { id: clubId, slug } = await makeClub()
    const people = {
      admin: await makeMember(clubId, ['CLUB_ADMIN']),
      coach: await makeMember(clubId, ['COACH']),
      athlete: await makeMember(clubId, ['ATHLETE']),
    }
    const keys = {
      admin: await makeKey(people.admin),
      coach: await makeKey(people.coach),
      athlete: await makeKey(people.athlete),
    }
    return { clubId, slug, ...people, keys }
  }
  return { home: await club(), rival: await club() }
}

/**
 * Time for a change made here to reach a server under test: ten times what G5 promises, since the machine
 * that tests is a slow one.
 */
export const changesHeard = () => new Promise((resolve) => setTimeout(resolve, 500))
