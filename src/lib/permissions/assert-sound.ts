import type { Resource, Rows, RowsByRole } from '@/contracts/resource'
import type { GivenDefinition, RoleGiven } from './given'

/** What an app defined contradicts itself. The message says what to change. */
export class DefinitionError extends Error {
  override name = 'DefinitionError'
}

/** What stands for roles among rows. */
const STANDS_FOR_ROLES = ['$admins', '$everyone']
/** As in RFC 6749 §3.3, without the characters that separate scopes in files or mean all of them. */
const SCOPE = /^[\x21\x23-\x29\x2b\x2d-\x5b\x5d-\x7e]+$/
/** CASL takes these for any action and any model. */
const MEANS_EVERYTHING = ['manage', 'all']

/** @throws DefinitionError for scopes that could be read as other ones */
export function assertScopes(names: readonly string[]): void {
  const odd = names.find((name) => !SCOPE.test(name))
  if (odd !== undefined)
    throw new DefinitionError(
      `the scope ${JSON.stringify(odd)} could be read as another: write it without blanks, commas, quotes, * and \\`,
    )
}

/**
 * @throws DefinitionError for rights that nobody has, that reach nothing, or that are wider than they look
 */
export function assertRights(resources: readonly Resource[], roles: readonly string[]): void {
  const known = (role: string) => roles.includes(role) || STANDS_FOR_ROLES.includes(role)
  for (const { title, model, scopes = {}, session = {} } of resources) {
    const actions = [
      ...Object.values(scopes).flatMap(({ can }) => Object.entries(can)),
      ...Object.entries(session),
    ]
    for (const name of [model, ...actions.map(([action]) => action)])
      if (MEANS_EVERYTHING.includes(name))
        throw new DefinitionError(`${title} says ${name}, which means everything: name each action and model`)
    for (const [role, rows] of actions.flatMap(([, byRole]) => entriesOf(byRole))) {
      if (!known(role))
        throw new DefinitionError(
          `${title} gives rights to ${role}, which is none of the roles: add it there`,
        )
      if (rows !== 'all') assertRows(`${title}, ${role}`, rows)
    }
    for (const { throughKey } of Object.values(scopes))
      if (throughKey !== undefined) assertRows(`${title}, through a key`, throughKey)
  }
}

const entriesOf = (byRole: RowsByRole): [string, unknown][] => Object.entries(byRole)

/** The database ignores a condition on `undefined`, and CASL reads an object in a condition as a filter. */
function assertRows(whose: string, rows: unknown): asserts rows is Exclude<Rows, 'all'> {
  const entries = typeof rows === 'object' && rows !== null ? Object.entries(rows) : []
  const isSound = entries.length > 0 && entries.every(([column, value]) => isColumn(column) && isValue(value))
  if (!isSound)
    throw new DefinitionError(
      `${whose}: the rows must be 'all', or columns each with a text, a number, a boolean or null; leave the role out for none`,
    )
}

/** @throws DefinitionError for an end that is no day, or before its announcement */
export function assertEnds(resources: readonly Resource[]): void {
  for (const [name, { deprecated }] of resources.flatMap(({ operations }) => Object.entries(operations))) {
    if (!deprecated) continue
    const { since, sunset, page } = deprecated
    if (!isDay(since) || !isDay(sunset) || sunset <= since)
      throw new DefinitionError(
        `${name} is deprecated from ${since} to ${sunset}: write both as 2027-01-31, the second after the first`,
      )
    if (page !== undefined && (!URL.canParse(page) || /[<>"\s]/.test(page)))
      throw new DefinitionError(
        `${name} is deprecated, and what explains it is no address: write https://...`,
      )
  }
}

const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) &&
  !Number.isNaN(Date.parse(text)) &&
  new Date(text).toISOString().startsWith(text)

const isColumn = (name: string): boolean =>
  /^[a-z]\w*$/i.test(name) && !(name in Object.prototype) && !['AND', 'OR', 'NOT'].includes(name)
const isValue = (value: unknown): boolean =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value)

/** @throws DefinitionError for roles, admins or scopes that do not exist */
export function assertRoles(
  { roles, admins }: Pick<GivenDefinition, 'roles' | 'admins'>,
  scopes: readonly string[],
  listOf: (given: RoleGiven | undefined) => '*' | readonly string[] | undefined,
): void {
  for (const role of admins)
    if (!Object.hasOwn(roles, role))
      throw new DefinitionError(`${role} is among the admins and none of the roles: add it there`)
  for (const [role, given] of Object.entries(roles)) {
    if (role === '' || STANDS_FOR_ROLES.includes(role))
      throw new DefinitionError(`a role cannot be called ${JSON.stringify(role)}: name it otherwise`)
    const list = listOf(given) ?? []
    for (const scope of list === '*' ? [] : list)
      if (!scopes.includes(scope))
        throw new DefinitionError(`the role ${role} has the scope ${scope}, which no resource has`)
  }
}
