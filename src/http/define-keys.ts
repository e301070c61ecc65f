import type { apiKeys } from '@/contracts/api-keys'
import type { auditLog } from '@/contracts/audit-event'
import { setDefinition } from '@/contracts/definition'
import type { introspecting } from '@/contracts/introspection'
import type { Operation } from '@/contracts/operation'
import type { Resource } from '@/contracts/resource'
import { compile } from '@/lib/permissions/compile'
import type { RoleGiven } from '@/lib/permissions/given'
import { overrideSettings, provideSettings, type Settings } from '@/lib/settings'
import { standIn, type Host } from './host'

type Said<Roles, Scopes, Resources> = {
  /** The app's resources, one contract each. The layer adds its own: keys, the audit log, the caller. */
  resources?: Resources
  /** For an app without contracts: its scopes, each with what it allows, in a line. */
  scopes?: Scopes
  /** From the one with most rights to the one with fewest. */
  roles: Roles
  /** The roles that manage people, keys and settings. */
  admins: readonly (keyof Roles & string)[]
  /** Where callers need a key or a session. Without it the layer stands in the club app. */
  door?: Omit<Host, 'session' | 'db'>
  /** Who is signed in, by the app's own sessions. */
  session?: Host['session']
  /** Where the layer's tables are. */
  db?: Host['db']
  /** Calls a minute, where they differ from the usual ones. */
  limits?: Partial<Settings['limits']>
  /** Everything else that the app sets, read at the first use. */
  settings?: () => Settings
}

type OperationsOf<Each> = Each extends { operations: infer Of } ? Of : never
type Merged<Union> = (Union extends unknown ? (each: Union) => void : never) extends (all: infer All) => void
  ? All
  : never

/** What was defined, with its literal types. */
export type Keys<Roles, Scopes, Resources extends readonly Resource[]> = {
  roles: readonly (keyof Roles & string)[]
  scopes: readonly (ScopeIn<Scopes, Resources> & string)[]
  operations: Merged<OperationsOf<Resources[number]>> & Record<string, Operation>
}
type ScopeIn<Scopes, Resources extends readonly Resource[]> =
  | keyof Scopes
  | (Resources[number] extends infer Each ? (Each extends { scopes: infer Own } ? keyof Own : never) : never)
  | keyof typeof apiKeys.scopes
  | keyof typeof auditLog.scopes
  | keyof typeof introspecting.scopes

/**
 * Tells the layer about its app: the one list of resources, the roles, and where the door stands. Call it in
 * a module that middleware, handlers, instrumentation and scripts import. If it is called again, the last
 * call counts.
 * @throws DefinitionError for what contradicts itself
 * @throws TypeError for an invalid path
 * @example
 * export const keys = defineKeys({
 *   roles: { OWNER: '*', EDITOR: ['projects:read', 'projects:write'] },
 *   scopes: { 'projects:read': 'Read projects.', 'projects:write': 'Change projects.' },
 *   admins: ['OWNER'],
 *   door: { api: ['/api/v1'] },
 * })
 */
export function defineKeys<
  const Roles extends Readonly<Record<string, RoleGiven>>,
  const Scopes extends Readonly<Record<string, string>> = Record<never, string>,
  const Resources extends readonly Resource[] = [],
>({
  door,
  session,
  db,
  limits,
  settings,
  ...said
}: Said<Roles, Scopes, Resources>): Keys<Roles, Scopes, Resources> {
  const made = compile(said)
  setDefinition(made)
  if (settings) provideSettings(settings)
  overrideSettings({ db, limits })
  if (door) standIn({ ...door, ...(session && { session }), ...(db && { db }) })
  const { roles, scopes, operations } = made
  const known = { roles: [...roles.keys()], scopes: [...scopes.keys()], operations }
  return known as unknown as Keys<Roles, Scopes, Resources>
}
