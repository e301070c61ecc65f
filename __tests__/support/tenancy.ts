import { definition, type RegisteredRole, type RegisteredScope } from '@/contracts/definition'
import type { keys } from '@/keys'

// What is defined where the tests run: the app's own, or the second tenancy's.

export type Role = RegisteredRole
export type Scope = RegisteredScope

const known = definition()
export const operations = known.operations as typeof keys.operations
export const ROLES = [...known.roles.keys()] as readonly Role[]
export const SCOPES = [...known.scopes.keys()] as readonly Scope[]
