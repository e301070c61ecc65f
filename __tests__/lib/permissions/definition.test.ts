import { subject } from '@casl/ability'
import { definition, setDefinition } from '@/contracts/definition'
import { resource, type Resource, type RowsByRole, type ScopeContract } from '@/contracts/resource'
import { isPermitted } from '@/http/permission'
import { NOWHERE } from '@/lib/actor'
import { keyActor } from '@/lib/auth/actor'
import type { VerifiedKey } from '@/lib/auth/verification'
import { defineAbility } from '@/lib/permissions/ability'
import { compile } from '@/lib/permissions/compile'
import type { GivenDefinition } from '@/lib/permissions/given'
import { effectiveScopes, isAdmin, keptScopes, scopesOf } from '@/lib/permissions/scopes'

// Roles, scopes and columns are names that an app chose, or that stand in a row of another release: none of them
// grants more than what was said of it.

const INHERITED = ['constructor', 'toString', 'hasOwnProperty', '__proto__', 'valueOf']
const CLUB = 'our-club'

const projects = (read: RowsByRole, more: Partial<ScopeContract> = {}): Resource =>
  resource({
    model: 'Practice',
    title: 'Projects',
    scopes: { 'projects:read': { text: 'Read.', can: { read }, ...more } },
    operations: {},
  })
const rolesNamed = (
  names: readonly string[],
  given: GivenDefinition['roles'][string] = {},
): GivenDefinition['roles'] => Object.fromEntries(names.map((name) => [name, given]))

const before = definition()
afterEach(() => setDefinition(before))
const define = (given: GivenDefinition) => setDefinition(compile(given))

type Caller = { roles: readonly string[]; scopes?: readonly string[]; throughKey?: boolean; userId?: string }
function reads(row: object, { roles, scopes, throughKey = true, userId = 'me' }: Caller): boolean {
  const effective = scopes ? effectiveScopes(scopes, roles) : scopesOf(roles)
  const ability = defineAbility({ clubId: CLUB, userId, roles, scopes: effective, throughKey })
  return ability.can('read', subject('Practice', { clubId: CLUB, ...row } as never))
}

describe('a name that every object has', () => {
  it.each(INHERITED)('as a role, %s has what the resources say of it: nothing', (role) => {
    define({
      resources: [projects({ OWNER: 'all' })],
      roles: rolesNamed(['OWNER', role]),
      admins: ['OWNER'],
    })
    expect(scopesOf([role])).not.toContain('projects:read')
    expect(reads({}, { roles: [role] })).toBe(false)
    expect(reads({}, { roles: ['OWNER'] })).toBe(true)
  })

  it.each(INHERITED)('as a role with a list, %s reaches the rows that everyone reaches', (role) => {
    define({
      resources: [projects({ OWNER: 'all', $everyone: { status: 'PUBLISHED' } })],
      roles: { OWNER: '*', ...rolesNamed([role], ['projects:read']) },
      admins: ['OWNER'],
    })
    expect(reads({ status: 'PUBLISHED' }, { roles: [role] })).toBe(true)
    expect(reads({ status: 'DRAFT' }, { roles: [role] })).toBe(false)
  })

  it.each(INHERITED)('as a role or scope out of the database, %s is nothing', (name) => {
    expect(scopesOf([name])).toEqual([])
    expect(keptScopes([name])).toEqual([])
    expect(isAdmin([name])).toBe(false)
    const scopes = effectiveScopes([name, ...before.scopes.keys()], [name])
    expect(scopes).toEqual([])
    const ability = defineAbility({
      clubId: CLUB,
      userId: 'me',
      roles: [name],
      scopes: [name],
      throughKey: false,
    })
    expect(ability.rules).toEqual([])
  })
})

describe('what a key reaches, whatever its owner’s roles', () => {
  it('narrows what the role reaches, and never replaces it', () => {
    define({
      resources: [projects({ EDITOR: { status: 'PUBLISHED' } }, { throughKey: { status: 'DRAFT' } })],
      roles: { EDITOR: {} },
      admins: [],
    })
    for (const status of ['PUBLISHED', 'DRAFT']) expect(reads({ status }, { roles: ['EDITOR'] })).toBe(false)
    expect(reads({ status: 'PUBLISHED' }, { roles: ['EDITOR'], throughKey: false })).toBe(true)
  })

  it('is met where both say the same, or speak of other columns', () => {
    define({
      resources: [
        projects(
          { EDITOR: { createdById: '$user', status: 'PUBLISHED' }, OWNER: 'all' },
          { throughKey: { createdById: '$user', kind: 'open' } },
        ),
      ],
      roles: { OWNER: {}, EDITOR: {} },
      admins: [],
    })
    const mine = { createdById: 'me', kind: 'open' }
    for (const roles of [['EDITOR'], ['OWNER']]) {
      expect(reads({ ...mine, status: 'PUBLISHED' }, { roles })).toBe(true)
      expect(reads({ ...mine, status: 'PUBLISHED', kind: 'shut' }, { roles })).toBe(false)
      expect(reads({ ...mine, status: 'PUBLISHED', createdById: 'mate' }, { roles })).toBe(false)
    }
    expect(reads({ ...mine, status: 'DRAFT' }, { roles: ['EDITOR'] })).toBe(false)
  })
})

describe('two roles together have what each has alone, and no more', () => {
  it('where one has the scope and the other the wider rows', () => {
    define({
      resources: [projects({ NARROW: { status: 'PUBLISHED' }, WIDE: 'all' })],
      roles: { NARROW: ['projects:read'], WIDE: ['api-keys:read'] },
      admins: [],
    })
    expect(reads({ status: 'PUBLISHED' }, { roles: ['NARROW', 'WIDE'] })).toBe(true)
    expect(reads({ status: 'DRAFT' }, { roles: ['NARROW', 'WIDE'] })).toBe(false)
  })
})

describe('a definition is refused', () => {
  const valid = { roles: { OWNER: {} }, admins: ['OWNER'] } satisfies GivenDefinition
  const rows = (given: unknown) => ({ ...valid, resources: [projects({ OWNER: given as 'all' })] })

  it.each([
    ['undefined, which the database would take for every row', { status: undefined }],
    ['a filter', { status: { not: 'DRAFT' } }],
    ['a list', { status: ['DRAFT'] }],
    ['no column, which would be every row', {}],
    ...['AND', 'OR', 'NOT', 'two words', ...INHERITED].map((column): [string, object] => [
      `${column}, which is no column`,
      Object.fromEntries([[column, 'x']]),
    ]),
  ])('for rows that hold %s', (_, given) => {
    expect(() => compile(rows(given))).toThrow(/rows/)
    expect(() =>
      compile({ ...valid, resources: [projects({ OWNER: 'all' }, { throughKey: given as never })] }),
    ).toThrow(/rows/)
    const session = { read: { OWNER: given as never } }
    expect(() => compile({ ...valid, resources: [{ ...projects({}), session }] })).toThrow(/rows/)
  })

  it.each([[null], [undefined], [false], ['none']])(
    'for %j as rows: whoever wrote it for "none" would get what everyone gets',
    (given) => {
      const read = { OWNER: given, $everyone: 'all' } as unknown as RowsByRole
      expect(() => compile({ ...valid, resources: [projects(read)] })).toThrow(/rows/)
    },
  )

  it.each(['manage', 'all'])('for the name %s, which would mean everything', (name) => {
    const one = projects({ OWNER: 'all' })
    expect(() => compile({ ...valid, resources: [{ ...one, model: name }] })).toThrow(/everything/)
    const can = { [name]: { OWNER: 'all' } } as const
    expect(() => compile({ ...valid, resources: [{ ...one, scopes: { x: { text: '', can } } }] })).toThrow(
      /everything/,
    )
    expect(() => compile({ ...valid, resources: [{ ...one, session: can }] })).toThrow(/everything/)
  })

  it.each(['$admins', '$everyone', ''])('for a role called %j', (role) => {
    expect(() => compile({ roles: rolesNamed([role]), admins: [] })).toThrow(/role/)
  })

  it.each(['', '*', 'two words', 'a,b', 'a"b', 'a\\b', 'läsa'])('for a scope called %j', (scope) => {
    expect(() => compile({ ...valid, scopes: { [scope]: 'Reads.' } })).toThrow(/scope/)
  })
})

describe('an operation asks for its scope', () => {
  const operation = { scope: 'projects:read', can: null } as const
  const actor = (scopes: string[]) => keyActor(keyWith(['OWNER'], scopes), NOWHERE)

  it('also where it asks for no row, or another scope reaches its rows', () => {
    const second = {
      ...projects({ OWNER: 'all' }),
      scopes: { reports: { text: '', can: { read: { OWNER: 'all' } } } },
    } as const
    define({ resources: [projects({ OWNER: 'all' }), second], roles: { OWNER: {} }, admins: ['OWNER'] })
    for (const asked of [operation, { ...operation, can: ['read', 'Practice'] } as const]) {
      expect(isPermitted(actor(['projects:read']), asked)).toBe(true)
      expect(isPermitted(actor(['reports']), asked)).toBe(false)
      expect(isPermitted(actor([]), asked)).toBe(false)
    }
  })
})

const keyWith = (roles: string[], scopes: string[]): VerifiedKey => ({
  id: '1',
  name: '',
  imported: false,
  clubId: CLUB,
  clubSlug: 'club',
  madeAt: 0,
  userId: 'me',
  roles,
  scopes,
  expiresAt: null,
  allowedCidrs: null,
  rateLimit: { limit: 1, windowSeconds: 1 },
  clubRateLimit: { limit: 1, windowSeconds: 1 },
  metadata: '{}',
})

it('the last definition counts, also for a key that is in memory', () => {
  const key = keyWith(['OWNER'], ['projects:read'])
  const rights = () => keyActor(key, NOWHERE)
  const roles = { OWNER: {}, OTHER: {} }
  define({ resources: [projects({ OWNER: 'all' })], roles, admins: [] })
  expect(rights().scopes).toEqual(['projects:read'])
  define({ resources: [projects({ OTHER: 'all' })], roles, admins: [] })
  expect(rights().scopes).toEqual([])
  expect(rights().ability.can('read', 'Practice')).toBe(false)
})
