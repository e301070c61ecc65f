import { AbilityBuilder, subject, type Ability } from '@casl/ability'
import { accessibleBy as caslAccessibleBy, createPrismaAbility, type Subjects } from '@casl/prisma/runtime'
import type { PrismaQueryFactory } from '@casl/prisma/runtime'
import type { Action, Role, Scope } from '@/contracts/permissions'
import type { Prisma } from '../db/client'
import type {
  ApiKeyModel,
  AuditEventModel,
  ClubModel,
  MembershipModel,
  PracticeModel,
} from '../db/generated/models'

type Models = {
  ApiKey: ApiKeyModel
  Practice: PracticeModel
  Membership: MembershipModel
  AuditEvent: AuditEventModel
  Club: ClubModel
}
type AppSubjects = Subjects<Models>

/** What one caller may do in one club. Every rule names that club: an ability reaches no other. */
export type AppAbility = Ability<[Action, AppSubjects], PrismaQueryFactory<Prisma.TypeMap>>

type Holder = {
  clubId: string
  userId: string
  roles: readonly Role[]
  /** The effective scopes. */
  scopes: readonly Scope[]
  /** A key changes only keys of its own owner, whatever its owner's roles. */
  throughKey: boolean
}

/** Builds the ability from effective scopes and live roles (DESIGN: roles, scopes, ability). */
export function defineAbility({ clubId, userId, roles, scopes, throughKey }: Holder): AppAbility {
  const { can, build } = new AbilityBuilder<AppAbility>(createPrismaAbility)
  const isAdmin = roles.includes('CLUB_ADMIN')
  const seesAll = isAdmin || roles.includes('COACH')
  const rules: Record<Scope, () => unknown> = {
    'practices:read': () => can('read', 'Practice', seesAll ? { clubId } : { clubId, status: 'PUBLISHED' }),
    'practices:write': () => can(['create', 'update', 'delete'], 'Practice', { clubId }),
    'members:read': () => can('read', 'Membership', seesAll ? { clubId } : { clubId, userId }),
    'api-keys:read': () => can('read', 'ApiKey', isAdmin ? { clubId } : { clubId, userId }),
    'api-keys:write': () => {
      can('create', 'ApiKey', { clubId, userId })
      can(['update', 'revoke', 'delete'], 'ApiKey', isAdmin && !throughKey ? { clubId } : { clubId, userId })
    },
    'audit:read': () => can('read', 'AuditEvent', { clubId }),
  }
  for (const scope of scopes) rules[scope]()
  // No scope: people, their roles and the club's settings are managed by people.
  if (isAdmin && !throughKey) {
    can(['create', 'update'], 'Membership', { clubId })
    can(['read', 'update'], 'Club', { id: clubId })
  }
  return build()
}

/** Whether an actor may see all of the club's members, and not only themselves. */
export const seesEveryMember = ({ clubId, ability }: { clubId: string; ability: AppAbility }): boolean =>
  ability.can('read', subject('Membership', { clubId, userId: 'anyone else' } as MembershipModel))

/**
 * The rows of a model that an actor may do `action` to, as a Prisma filter. Always composed with the actor's
 * own club.
 */
export function accessible<Name extends 'ApiKey' | 'Practice' | 'Membership' | 'AuditEvent'>(
  actor: { clubId: string; ability: AppAbility },
  action: Action,
  name: Name,
) {
  return { AND: [caslAccessibleBy(actor.ability, action).ofType(name), { clubId: actor.clubId }] }
}
