import { AbilityBuilder, subject, type Ability } from '@casl/ability'
import { createPrismaAbility, type Subjects } from '@casl/prisma/runtime'
import type { PrismaQueryFactory } from '@casl/prisma/runtime'
import { definition, type Rule } from '@/contracts/definition'
import type { Action, Role, Scope } from '@/contracts/permissions'
import type { Rows } from '@/contracts/resource'
import type { Prisma } from '../db/client'

type Model = Prisma.TypeMap['model']
export type ModelName = keyof Model
type AppSubjects = Subjects<{ [Name in ModelName]: Model[Name]['payload']['scalars'] }>

/** What one caller may do in one club. Every rule names that club: an ability reaches no other. */
export type AppAbility = Ability<[Action, AppSubjects], PrismaQueryFactory<Prisma.TypeMap>>

type Holder = {
  clubId: string
  userId: string
  roles: readonly Role[]
  /** The effective scopes. */
  scopes: readonly Scope[]
  /** Through a key some rows are out of reach, whatever its owner's roles. */
  throughKey: boolean
}

/** Builds the ability from effective scopes and live roles, by the rules of the resources. */
export function defineAbility(holder: Holder): AppAbility {
  const { can, build } = new AbilityBuilder<AppAbility>(createPrismaAbility)
  const { rules, sessionRules } = definition()
  const given = holder.scopes.flatMap((scope) => rules.get(scope) ?? [])
  for (const rule of holder.throughKey ? given : [...given, ...sessionRules])
    for (const rows of reached(rule, holder))
      can(rule.action, rule.model as ModelName, { ...rows, [rule.club]: holder.clubId } as never)
  return build()
}

/** The rights of a key that ends itself and may do nothing else. */
export function endsItself({ clubId, keyId }: { clubId: string; keyId: string }): AppAbility {
  const { can, build } = new AbilityBuilder<AppAbility>(createPrismaAbility)
  can('revoke', 'ApiKey', { clubId, id: keyId } as never)
  return build()
}

/**
 * The conditions for the rows that these roles reach together; none where they reach all. Through a key only
 * those that keys reach, too.
 */
function reached({ byRole, throughKey }: Rule, { roles, userId, throughKey: byKey }: Holder): object[] {
  const all = roles.map((role) => byRole.get(role)).filter((rows) => rows !== undefined)
  const parts: Rows[] = all.includes('all') ? ['all'] : [...new Set(all)]
  const narrower = byKey && throughKey ? conditionsOf(throughKey, userId) : {}
  return parts.flatMap((rows) => {
    const wanted = conditionsOf(rows, userId)
    // Both want a value in the same column, and a row has only one.
    const isEmpty = Object.entries(narrower).some(
      ([column, value]) => Object.hasOwn(wanted, column) && wanted[column] !== value,
    )
    return isEmpty ? [] : [{ ...wanted, ...narrower }]
  })
}

function conditionsOf(rows: Rows, userId: string): Record<string, unknown> {
  if (rows === 'all') return {}
  return Object.fromEntries(
    Object.entries(rows).map(([column, value]) => [column, value === '$user' ? userId : value]),
  )
}

type Seer = { clubId: string; ability: AppAbility }

/** Whether an actor may see what the keys of a member did. */
export const seesUsageOf = ({ clubId, ability }: Seer, userId: string): boolean =>
  ability.can('read-usage', subject('ApiKey', { clubId, userId } as never))

/** Whether an actor may see what all of the club's keys did, and not only their own. */
export const seesAllUsage = (seer: Seer): boolean => seesUsageOf(seer, 'anyone else')

/**
 * The rows of a model to which an actor may do `action`, as a Prisma filter. It always includes the actor's
 * own club. Without rules it matches nothing, whatever client runs it: `OR` of nothing is false.
 */
export function accessible<Name extends ModelName>(
  actor: { clubId: string; ability: AppAbility },
  action: Action,
  name: Name,
): Where<Name> {
  const allowed = actor.ability.rulesFor(action, name).map(({ conditions }) => conditions ?? {})
  return { AND: [{ OR: allowed }, { clubId: actor.clubId }] } as Where<Name>
}

type Where<Name extends ModelName> = NonNullable<Model[Name]['operations']['findMany']['args']['where']>
