import { apiKeys } from '@/contracts/api-keys'
import { auditLog } from '@/contracts/audit-event'
import type { Definition, EventKind, RoleWords, Rule } from '@/contracts/definition'
import { honeykeys } from '@/contracts/honeykeys'
import { introspecting } from '@/contracts/introspection'
import type { Operation } from '@/contracts/operation'
import type { AuditWords, Resource, RowsByRole, ScopeContract } from '@/contracts/resource'
import { webhooks } from '@/contracts/webhooks'
import { caller } from '@/contracts/whoami'
import { assertEnds, assertRights, assertRoles, assertScopes, DefinitionError } from './assert-sound'
import type { GivenDefinition, RoleGiven } from './given'

type Scoped = { name: string; group: string; resource: Resource; contract: ScopeContract }

/**
 * Makes a definition of what an app says. The layer's own resources are added, with their scopes after the
 * app's.
 * @throws DefinitionError
 */
export function compile({ resources = [], scopes = {}, roles, admins }: GivenDefinition): Definition {
  const all = [caller, apiKeys, honeykeys, ...resources, webhooks, auditLog, introspecting]
  const scoped = [
    ...resources.flatMap(scopesIn),
    ...bareScopes(scopes),
    ...[apiKeys, auditLog, introspecting].flatMap(scopesIn),
  ]
  const names = unique(
    'scope',
    scoped.map(({ name }) => name),
  )
  const operations = Object.fromEntries(
    unique(
      'operation',
      all.flatMap((one) => Object.keys(one.operations)),
    ).map((name) => [name, operationIn(all, name)]),
  )
  assertScopes(names)
  assertRights(all, Object.keys(roles))
  assertEnds(all)
  assertRoles({ roles, admins }, names, listOf)
  const holds = (role: string, { name, contract }: Scoped): boolean => {
    const list = listOf(roles[role])
    if (list !== undefined) return list === '*' || list.includes(name)
    return Object.values(contract.can).some((rows) => rowsOf(rows, role, admins) !== undefined)
  }
  const roleNames = Object.keys(roles)
  const made = (one: Scoped) =>
    rulesIn(
      one,
      roleNames.filter((role) => holds(role, one)),
      admins,
    )
  return {
    resources: all,
    operations,
    roles: new Map(roleNames.map((role) => [role, wordsOf(role, roles[role])])),
    admins,
    scopes: new Map(scoped.map(({ name, group, contract: { text } }) => [name, { text, group }])),
    grants: new Map(
      roleNames.map((role) => [role, scoped.filter((one) => holds(role, one)).map(({ name }) => name)]),
    ),
    rules: new Map(scoped.map((one) => [one.name, made(one)])),
    sessionRules: all.flatMap((one) => sessionRulesIn(one, roleNames, admins)),
    audit: auditIn(all),
    events: eventsIn(all),
  }
}

const scopesIn = (resource: Resource): Scoped[] =>
  Object.entries(resource.scopes ?? {}).map(([name, contract]) => ({
    name,
    group: resource.title,
    resource,
    contract,
  }))

/** For an app without contracts: its own handlers decide what they allow. */
const bareScopes = (scopes: Readonly<Record<string, string>>): Scoped[] =>
  Object.entries(scopes).map(([name, text]) => {
    const [group = name] = name.split(':')
    const resource = { model: '', title: group, operations: {} }
    return { name, group, resource, contract: { text, can: {} } }
  })

function operationIn(resources: readonly Resource[], name: string): Operation {
  const found = resources.find((one) => Object.hasOwn(one.operations, name))
  const operation = found?.operations[name]
  if (!found || !operation) throw new DefinitionError(`${name} is no operation`)
  const { scope } = operation
  if (scope !== null && !Object.hasOwn(found.scopes ?? {}, scope))
    throw new DefinitionError(
      `the operation ${name} asks for the scope ${scope}: say it in the scopes of its resource, with its words and roles`,
    )
  return operation
}

const isList = (given: RoleGiven | undefined): given is readonly string[] => Array.isArray(given)
const listOf = (given: RoleGiven | undefined): '*' | readonly string[] | undefined =>
  given === '*' || isList(given) ? given : given?.scopes

function wordsOf(role: string, given: RoleGiven | undefined): RoleWords {
  if (given === undefined || given === '*' || isList(given)) return { name: role, text: '', accountText: '' }
  const { name = role, text = '', accountText = text } = given
  return { name, text, accountText }
}

/** A role may have the name of something that every object inherits, such as `constructor`. */
const rowsOf = (rows: RowsByRole, role: string, admins: readonly string[]) =>
  (Object.hasOwn(rows, role) ? rows[role] : undefined) ??
  (admins.includes(role) ? rows.$admins : undefined) ??
  rows.$everyone

/** If a role has the scope but none of its actions names the role, it reaches every row of the club. */
function rulesIn(
  { resource, contract }: Scoped,
  roles: readonly string[],
  admins: readonly string[],
): Rule[] {
  const { model, club = 'clubId' } = resource
  const named = (role: string) => Object.values(contract.can).some((rows) => rowsOf(rows, role, admins))
  return Object.entries(contract.can).map(([action, rows]) => ({
    model,
    action,
    club,
    byRole: new Map(
      roles.flatMap((role) => {
        const reached = rowsOf(rows, role, admins) ?? (named(role) ? undefined : 'all')
        return reached === undefined ? [] : [[role, reached] as const]
      }),
    ),
    throughKey: contract.throughKey,
  }))
}

const sessionRulesIn = (
  { model, club = 'clubId', session = {} }: Resource,
  roles: readonly string[],
  admins: readonly string[],
): Rule[] =>
  Object.entries(session).map(([action, rows]) => ({
    model,
    action,
    club,
    byRole: new Map(
      roles.flatMap((role) => {
        const reached = rowsOf(rows, role, admins)
        return reached === undefined ? [] : [[role, reached] as const]
      }),
    ),
    throughKey: undefined,
  }))

function auditIn(resources: readonly Resource[]): Map<string, AuditWords & { target: string }> {
  const acts = resources.flatMap(({ model, audit = {} }) =>
    Object.entries(audit).map(([action, words]) => [action, { ...words, target: model }] as const),
  )
  unique(
    'audit action',
    acts.map(([action]) => action),
  )
  return new Map(acts)
}

function eventsIn(resources: readonly Resource[]): Map<string, EventKind> {
  const kinds = resources.flatMap(({ model, title, events }) =>
    Object.entries(events?.types ?? {}).map(([type, { text, urgent = false }]) => {
      const kind: EventKind = {
        text,
        urgent,
        model,
        group: title,
        ...(events?.about && { about: events.about }),
      }
      return [type, kind] as const
    }),
  )
  const types = unique(
    'event',
    kinds.map(([type]) => type),
  )
  const told = resources
    .flatMap(({ audit = {} }) => Object.values(audit))
    .flatMap(({ event, finer = [] }) => [event, ...finer.map((one) => one.event)])
  const unknown = told.find((type) => type !== undefined && !types.includes(type))
  if (unknown !== undefined)
    throw new DefinitionError(
      `an act tells of the event ${unknown}: say it in the events of its resource, with its words`,
    )
  return new Map(kinds)
}

function unique(kind: string, names: readonly string[]): readonly string[] {
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) throw new DefinitionError(`two resources have the ${kind} ${twice}: rename one`)
  return names
}
