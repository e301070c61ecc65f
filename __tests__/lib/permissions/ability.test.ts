import { subject } from '@casl/ability'
import { PrismaPg } from '@prisma/adapter-pg'
import { accessibleBy } from '@casl/prisma/runtime'
import fc from 'fast-check'
import { keyActor } from '@/lib/auth/actor'
import { validateApiKey } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { PrismaClient } from '@/lib/db/generated/client'
import { accessible, defineAbility, type AppAbility, type ModelName } from '@/lib/permissions/ability'
import { effectiveScopes, scopesOf } from '@/lib/permissions/scopes'
import { makeKey, makePractice, twoClubs, useDatabase } from '../../support/club'
import { ROLES, SCOPES, type Role, type Scope } from '../../support/tenancy'

const CLUB = 'our-club'
const ME = 'me'
const MATE = 'a-mate'

/** Every act there is, on a row that differs from the next only in what DESIGN's table asks. */
const ACTS = {
  'read my key': ['read', 'ApiKey', { userId: ME }],
  'read a mate’s key': ['read', 'ApiKey', { userId: MATE }],
  'create my key': ['create', 'ApiKey', { userId: ME }],
  'create a mate’s key': ['create', 'ApiKey', { userId: MATE }],
  'update my key': ['update', 'ApiKey', { userId: ME }],
  'update a mate’s key': ['update', 'ApiKey', { userId: MATE }],
  'revoke my key': ['revoke', 'ApiKey', { userId: ME }],
  'revoke a mate’s key': ['revoke', 'ApiKey', { userId: MATE }],
  'delete my key': ['delete', 'ApiKey', { userId: ME }],
  'delete a mate’s key': ['delete', 'ApiKey', { userId: MATE }],
  'read a published practice': ['read', 'Practice', { status: 'PUBLISHED' }],
  'read a draft': ['read', 'Practice', { status: 'DRAFT' }],
  'create a practice': ['create', 'Practice', { status: 'DRAFT' }],
  'update a practice': ['update', 'Practice', { status: 'PUBLISHED' }],
  'delete a practice': ['delete', 'Practice', { status: 'PUBLISHED' }],
  'read my membership': ['read', 'Membership', { userId: ME }],
  'read a mate’s membership': ['read', 'Membership', { userId: MATE }],
  'create a membership': ['create', 'Membership', { userId: MATE }],
  'update my membership': ['update', 'Membership', { userId: ME }],
  'update a mate’s membership': ['update', 'Membership', { userId: MATE }],
  'delete a membership': ['delete', 'Membership', { userId: MATE }],
  'read what my key did': ['read-usage', 'ApiKey', { userId: ME }],
  'read what a mate’s key did': ['read-usage', 'ApiKey', { userId: MATE }],
  'read the audit log': ['read', 'AuditEvent', {}],
  'delete an audit row': ['delete', 'AuditEvent', {}],
} satisfies Record<string, [action: string, model: ModelName, row: object]>
type Act = keyof typeof ACTS
const acts = Object.keys(ACTS) as Act[]

const MY_KEYS: Act[] = ['create my key', 'update my key', 'revoke my key', 'delete my key']
const ANY_KEY: Act[] = [...MY_KEYS, 'update a mate’s key', 'revoke a mate’s key', 'delete a mate’s key']

/**
 * DESIGN, "Roles, scopes, ability", a line for each scope: what it allows each role alone. Nothing else is
 * allowed to anyone.
 */
const TABLE: Record<string, Record<Role, Act[]>> = {
  'practices:read': {
    CLUB_ADMIN: ['read a published practice', 'read a draft'],
    COACH: ['read a published practice', 'read a draft'],
    ATHLETE: ['read a published practice'],
  },
  'practices:write': {
    CLUB_ADMIN: [],
    COACH: ['create a practice', 'update a practice', 'delete a practice'],
    ATHLETE: [],
  },
  'members:read': {
    CLUB_ADMIN: ['read my membership', 'read a mate’s membership'],
    COACH: ['read my membership', 'read a mate’s membership'],
    ATHLETE: ['read my membership'],
  },
  'api-keys:read': {
    CLUB_ADMIN: ['read my key', 'read a mate’s key'],
    COACH: ['read my key'],
    ATHLETE: ['read my key'],
  },
  'api-keys:write': { CLUB_ADMIN: ANY_KEY, COACH: MY_KEYS, ATHLETE: MY_KEYS },
  'usage:read': {
    CLUB_ADMIN: ['read what my key did', 'read what a mate’s key did'],
    COACH: ['read what my key did'],
    ATHLETE: ['read what my key did'],
  },
  'audit:read': { CLUB_ADMIN: ['read the audit log'], COACH: [], ATHLETE: [] },
}

const GRANTED: Record<Role, Scope[]> = {
  CLUB_ADMIN: [
    'practices:read',
    'members:read',
    'api-keys:read',
    'api-keys:write',
    'usage:read',
    'audit:read',
  ],
  COACH: [
    'practices:read',
    'practices:write',
    'members:read',
    'api-keys:read',
    'api-keys:write',
    'usage:read',
  ],
  ATHLETE: ['practices:read', 'members:read', 'api-keys:read', 'api-keys:write', 'usage:read'],
}

/** Scopes of a resource that is not in the table are tried by what its contract says: in cross-tenant.test.ts. */
const TABLED = SCOPES.filter((scope) => Object.hasOwn(TABLE, scope))

const abilityOf = (roles: readonly Role[], scopes: readonly Scope[], throughKey: boolean) =>
  defineAbility({ clubId: CLUB, userId: ME, roles, scopes: effectiveScopes(scopes, roles), throughKey })

const allowed = (ability: AppAbility, clubId = CLUB) =>
  acts.filter((act) => {
    const [action, name, row] = ACTS[act]
    return ability.can(action, subject(name, { clubId, ...row } as never) as never)
  })

/** Session only, no scope. */
const PEOPLE: Record<Role, Act[]> = {
  CLUB_ADMIN: ['create a membership', 'update my membership', 'update a mate’s membership'],
  COACH: [],
  ATHLETE: [],
}

const isMine = (act: Act) => !/mate’s key/.test(act) || act.startsWith('read')
const someRoles = fc.subarray([...ROLES])
const someScopes = fc.subarray([...TABLED])

describe('G4: effective ability = scopes ∩ live roles', () => {
  it.each(TABLED.flatMap((scope) => ROLES.map((role) => ({ scope, role }))))(
    '$scope for $role',
    ({ scope, role }) => {
      const expected = TABLE[scope]![role]
      expect(allowed(abilityOf([role], [scope], false)).sort()).toEqual([...expected, ...PEOPLE[role]].sort())
      // A key acts on keys of its own owner alone, an admin's too.
      expect(allowed(abilityOf([role], [scope], true)).sort()).toEqual(expected.filter(isMine).sort())
    },
  )

  it.each(ROLES)('grants %s exactly the scopes of the table', (role) => {
    expect(scopesOf([role]).filter((scope) => Object.hasOwn(TABLE, scope))).toEqual(GRANTED[role])
  })

  it('holds for every set of roles and scopes: the union over them, and nothing besides', () => {
    fc.assert(
      fc.property(someRoles, someScopes, fc.boolean(), (roles, scopes, throughKey) => {
        const expected = new Set(
          scopes.flatMap((scope) =>
            roles.flatMap((role) => (GRANTED[role].includes(scope) ? TABLE[scope]![role] : [])),
          ),
        )
        const seesDrafts = roles.some((role) => role !== 'ATHLETE')
        if (!throughKey) roles.forEach((role) => PEOPLE[role].forEach((act) => expected.add(act)))
        if (seesDrafts && scopes.includes('practices:read')) expected.add('read a draft')
        expect(allowed(abilityOf(roles, scopes, throughKey)).sort()).toEqual(
          [...expected].filter((act) => !throughKey || isMine(act)).sort(),
        )
      }),
      { numRuns: 500 },
    )
  })

  it('is the intersection, in the order of the scopes, whatever a key claims', () => {
    fc.assert(
      fc.property(someRoles, fc.array(fc.constantFrom(...TABLED)), (roles, claimed) => {
        const granted = roles.flatMap((role) => GRANTED[role])
        expect(effectiveScopes(claimed, roles)).toEqual(
          TABLED.filter((scope) => claimed.includes(scope) && granted.includes(scope)),
        )
      }),
    )
  })

  it('allows nothing without roles, and a key nothing without scopes', () => {
    expect(allowed(abilityOf([], SCOPES, false))).toEqual([])
    expect(allowed(abilityOf([], SCOPES, true))).toEqual([])
    expect(allowed(abilityOf(ROLES, [], true))).toEqual([])
  })

  it('reaches no row of another club, whatever the roles and scopes', () => {
    fc.assert(
      fc.property(
        someRoles,
        someScopes,
        fc.boolean(),
        fc.constantFrom('their-club', '', 'OUR-CLUB', 'our-club '),
        (roles, scopes, throughKey, clubId) => {
          expect(allowed(abilityOf(roles, scopes, throughKey), clubId)).toEqual([])
        },
      ),
    )
  })
})

describe('with real rows', () => {
  const database = useDatabase()

  it.each([
    [
      'demoted',
      { roles: ['ATHLETE'] as Role[] },
      ['practices:read', 'members:read', 'api-keys:read', 'api-keys:write', 'usage:read'],
    ],
    ['suspended', { status: 'SUSPENDED' as const }, null],
    ['removed', { status: 'REMOVED' as const }, null],
  ])('G4: a coach who is %s takes the key along at once', async (_, change, left) => {
    const { home } = await twoClubs()
    const { token } = home.keys.coach
    await db().membership.update({
      where: { clubId_userId: { clubId: home.clubId, userId: home.coach.userId } },
      data: change,
    })
    const verified = await validateApiKey(token)
    expect(
      verified.ok
        ? keyActor(verified.key, { requestId: null, address: null, userAgent: null }).scopes.filter((scope) =>
            Object.hasOwn(TABLE, scope),
          )
        : null,
    ).toEqual(left)
  })

  it('G4: a disabled user’s keys end at once', async () => {
    const { home } = await twoClubs()
    await db().user.update({ where: { id: home.coach.userId }, data: { disabledAt: new Date() } })
    expect(await validateApiKey(home.keys.coach.token)).toMatchObject({ ok: false, reason: 'owner_gone' })
  })

  it('G4: a promotion widens no key beyond its own scopes', async () => {
    const { home } = await twoClubs()
    const { token } = await makeKey(home.athlete, { scopes: ['practices:read'] })
    await db().membership.update({
      where: { clubId_userId: { clubId: home.clubId, userId: home.athlete.userId } },
      data: { roles: [...ROLES] },
    })
    const verified = await validateApiKey(token)
    expect(
      verified.ok && keyActor(verified.key, { requestId: null, address: null, userAgent: null }).scopes,
    ).toEqual(['practices:read'])
  })

  it('in the database reaches exactly the rows it reaches in memory', async () => {
    const { home, rival } = await twoClubs()
    for (const { coach } of [home, rival])
      for (const status of ['DRAFT', 'PUBLISHED'] as const) await makePractice(coach, status)
    const rows = {
      Practice: await db().practice.findMany(),
      ApiKey: await db().apiKey.findMany(),
      Membership: await db().membership.findMany(),
    }
    const found = {
      Practice: (where: object) => db().practice.findMany({ where }),
      ApiKey: (where: object) => db().apiKey.findMany({ where }),
      Membership: (where: object) => db().membership.findMany({ where }),
    }
    for (const { actor } of Object.values(home.keys)) {
      for (const name of ['Practice', 'ApiKey', 'Membership'] as const) {
        for (const action of ['read', 'update', 'revoke', 'delete'] as const) {
          const inMemory = rows[name]
            .filter((row) => actor.ability.can(action, subject(name, { ...row } as never) as never))
            .map(({ id }) => id)
          const inDatabase = (await found[name](accessible(actor, action, name))).map(({ id }) => id)
          expect({ name, action, ids: inDatabase.sort() }).toEqual({ name, action, ids: inMemory.sort() })
        }
      }
    }
  })

  describe('an ability without rules', () => {
    const nobody = defineAbility({ clubId: CLUB, userId: ME, roles: [], scopes: [], throughKey: true })
    const composed = () => ({ where: { AND: [accessibleBy(nobody, 'read').ofType('Practice'), {}] } })

    it('inside AND matches nothing, on the one client', async () => {
      const { home, rival } = await twoClubs()
      for (const { coach } of [home, rival]) await makePractice(coach)
      expect(await db().practice.findMany(composed())).toEqual([])
      expect(await db().practice.count(composed())).toBe(0)
      expect(await db().practice.findFirst(composed())).toBeNull()
      expect(await db().$transaction((tx) => tx.practice.findMany(composed()))).toEqual([])
      expect((await db().practice.updateMany({ ...composed(), data: { title: 'taken' } })).count).toBe(0)
      expect((await db().practice.deleteMany(composed())).count).toBe(0)
      expect(
        await db().practice.findMany({
          where: accessible({ clubId: home.clubId, ability: nobody }, 'read', 'Practice'),
        }),
      ).toEqual([])
    })

    // The reason why there is one client, and why it carries createCaslExtension(). If this fails, the
    // library closed the hole itself.
    it('inside AND matches every club’s rows on a client without the extension', async () => {
      const { home, rival } = await twoClubs()
      const made = [await makePractice(home.coach), await makePractice(rival.coach)]
      const bare = new PrismaClient({ adapter: new PrismaPg({ connectionString: database.url() }) })
      try {
        const clubs = (await bare.practice.findMany(composed())).map(({ clubId }) => clubId)
        expect(clubs).toEqual(expect.arrayContaining(made.map(({ clubId }) => clubId)))
      } finally {
        await bare.$disconnect()
      }
    })
  })
})
