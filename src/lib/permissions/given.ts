import type { RoleWords } from '@/contracts/definition'
import type { Resource } from '@/contracts/resource'

/**
 * A role: the words that people read, and its scopes if the app lists them, `*` for all. Without a list it
 * has what the resources give it.
 */
export type RoleGiven =
  '*' | readonly string[] | (Partial<RoleWords> & { readonly scopes?: '*' | readonly string[] })

/** What an app says of its resources and roles. */
export type GivenDefinition = {
  resources?: readonly Resource[]
  /** Scopes of an app without contracts, each with what it allows, in a line. */
  scopes?: Readonly<Record<string, string>>
  /** From the one with most rights to the one with fewest. */
  roles: Readonly<Record<string, RoleGiven>>
  /** The roles that manage people, keys and settings. */
  admins: readonly string[]
}
