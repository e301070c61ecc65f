import { randomBytes } from 'node:crypto'
import '@/keys'
import type { RegisteredRole as Role } from '@/contracts/definition'
import { operatorActor } from '@/lib/auth/actor'
import { createApiKey } from '@/lib/auth/api-key'
import { hashPassword } from '@/lib/sign-in/password'
import { createClub } from '@/lib/clubs/create-club'
import { db } from '@/lib/db/client'

const PEOPLE: { email: string; name: string; club: 'demo' | 'rival'; roles: Role[] }[] = [
  { email: 'admin@demo.test', name: 'Ada Admin', club: 'demo', roles: ['CLUB_ADMIN', 'COACH'] },
  { email: 'coach@demo.test', name: 'Carl Coach', club: 'demo', roles: ['COACH'] },
  { email: 'athlete@demo.test', name: 'Ayo Athlete', club: 'demo', roles: ['ATHLETE'] },
  { email: 'admin@rival.test', name: 'Rita Rival', club: 'rival', roles: ['CLUB_ADMIN', 'COACH'] },
]
const CLUBS = { demo: 'Demo Athletics', rival: 'Rival Runners' }
const PRACTICES = [
  { title: 'Intervals on the track', location: 'Main stadium', inDays: 1, status: 'PUBLISHED' },
  { title: 'Long run', location: 'River path', inDays: 3, status: 'PUBLISHED' },
  { title: 'Strength, to be confirmed', location: null, inDays: 5, status: 'DRAFT' },
] as const

const HOUR_MS = 3600 * 1000
const KEY_LIFE_MS = 24 * HOUR_MS

/** What is shown of a new demo, this once. */
export type Demo = { key: string; people: { email: string; password: string }[] }

const newPassword = () => randomBytes(15).toString('base64url')

/**
 * Fills an empty database with two clubs, their people and practices, and makes one `practices:read` key that
 * lives 24 hours.
 * @param passwordOf what each person signs in with
 */
export async function seedDemo(passwordOf: (email: string) => string = newPassword): Promise<Demo> {
  const people = PEOPLE.map(({ email, name }) => ({ email, name, password: passwordOf(email) }))
  for (const { email, name, password } of people) {
    await db().user.create({
      data: { email, name, passwordHash: await hashPassword(password), emailVerified: new Date() },
    })
  }
  for (const slug of ['demo', 'rival'] as const) {
    const [admin, ...members] = PEOPLE.filter((person) => person.club === slug)
    if (!admin) throw new Error(`no admin for ${slug}`)
    const { club } = await createClub('seed', { slug, name: CLUBS[slug], admin, roles: admin.roles })
    for (const { email, roles } of members) {
      await db().membership.create({
        data: { roles, club: { connect: { id: club.id } }, user: { connect: { email } } },
      })
    }
    await seedPractices(club.id, admin.email)
  }
  return { key: await firstKey(), people }
}

async function seedPractices(clubId: string, email: string): Promise<void> {
  const { id: createdById } = await db().user.findUniqueOrThrow({ where: { email } })
  const evening = new Date().setUTCHours(18, 0, 0, 0)
  for (const { inDays, ...practice } of PRACTICES) {
    const startsAt = new Date(evening + inDays * 24 * HOUR_MS)
    await db().practice.create({
      data: { ...practice, clubId, createdById, startsAt, endsAt: new Date(startsAt.getTime() + HOUR_MS) },
    })
  }
}

async function firstKey(): Promise<string> {
  const { clubId, userId } = await db().membership.findFirstOrThrow({
    where: { user: { email: 'admin@demo.test' } },
  })
  const expiresAt = new Date(Date.now() + KEY_LIFE_MS)
  const { key } = await createApiKey(operatorActor(clubId, userId, 'seed'), {
    name: 'First key',
    scopes: ['practices:read'],
    expiresAt,
  })
  return key
}
