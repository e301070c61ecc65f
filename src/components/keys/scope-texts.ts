import type { Scope } from '@/contracts/permissions'

/** What each scope allows, in a line. */
export const SCOPE_TEXTS: Record<Scope, string> = {
  'practices:read': 'List and read training sessions.',
  'practices:write': 'Create, change and delete them.',
  'members:read': 'List the members you can see.',
  'api-keys:read': 'List keys, never their tokens.',
  'api-keys:write': 'Make, rename and revoke keys.',
  'audit:read': 'Read the club’s audit log.',
}

export const SCOPE_GROUPS: readonly { title: string; scopes: readonly Scope[] }[] = [
  { title: 'Practices', scopes: ['practices:read', 'practices:write'] },
  { title: 'Members', scopes: ['members:read'] },
  { title: 'Keys', scopes: ['api-keys:read', 'api-keys:write'] },
  { title: 'Oversight', scopes: ['audit:read'] },
]
