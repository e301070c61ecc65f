import type { Operation } from './operation'
import type { AuditWords, EventsContract, Resource, Rows } from './resource'

export type RoleWords = {
  readonly name: string
  /** What its holders may do, in a line. */
  readonly text: string
  /** The same of an account that acts by keys alone. */
  readonly accountText: string
}
export type ScopeWords = { readonly text: string; readonly group: string }

/** What pages show of roles and scopes. */
export type Words = {
  readonly roles: readonly (RoleWords & { readonly role: string })[]
  readonly scopes: readonly (ScopeWords & { readonly scope: string })[]
}
/** What the audit page says of acts, and of the ids of their targets by model. */
export type AuditTexts = {
  readonly acts: Readonly<Record<string, AuditWords>>
  readonly idTitles: Readonly<Record<string, string>>
}

/** An action on a model's rows, and which of them each role reaches. */
export type Rule = {
  model: string
  action: string
  /** The column that names the club. */
  club: string
  byRole: ReadonlyMap<string, Rows>
  throughKey: Exclude<Rows, 'all'> | undefined
}

/** What events of a type tell, and what they are about. */
export type EventKind = Pick<EventsContract, 'about'> & {
  text: string
  urgent: boolean
  model: string
  /** The title of its resource. */
  group: string
}

/** What the app that the layer serves says of its resources and roles, checked and made ready. */
export type Definition = {
  resources: readonly Resource[]
  operations: Readonly<Record<string, Operation>>
  /** From the one that may most to the one that may least, as people read them. */
  roles: ReadonlyMap<string, RoleWords>
  admins: readonly string[]
  scopes: ReadonlyMap<string, ScopeWords>
  /** What each role may put into a key. None inherits another. */
  grants: ReadonlyMap<string, readonly string[]>
  /** By scope. */
  rules: ReadonlyMap<string, readonly Rule[]>
  /** What no scope grants. */
  sessionRules: readonly Rule[]
  /** By action, with the model of its targets. */
  audit: ReadonlyMap<string, AuditWords & { target: string }>
  /** By type. */
  events: ReadonlyMap<string, EventKind>
}

/** On `globalThis`: the framework loads middleware and handlers as separate module instances. */
const shared = globalThis as typeof globalThis & { clubkeysDefinition?: Definition }

/** The app's definition. @throws Error where nothing was defined: the file that does was not imported. */
export function definition(): Definition {
  if (shared.clubkeysDefinition) return shared.clubkeysDefinition
  throw new Error('nothing is defined yet: import the file that calls defineKeys() before you use the layer')
}

export const isDefined = (): boolean => shared.clubkeysDefinition !== undefined

/** For `defineKeys` alone. */
export const setDefinition = (made: Definition): void => void (shared.clubkeysDefinition = made)

/**
 * Where an app says whose literal types the layer gives back:
 * `declare module '@/contracts/definition' { interface Register { keys: typeof keys } }`.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- An app merges into it.
export interface Register {}

type Registered = Register extends { keys: infer Known } ? Known : { roles: string[]; scopes: string[] }
type Each<List> = List extends readonly (infer One extends string)[] ? One : string

/** Inside the layer a role and a scope are strings; these are the app's own. */
export type RegisteredRole = Registered extends { roles: infer List } ? Each<List> : string
export type RegisteredScope = Registered extends { scopes: infer List } ? Each<List> : string
