import type { ApiKey } from '@/contracts/api-key'

/** The options of every command. */
export const common = { club: { type: 'string' }, json: { type: 'boolean' } } as const

/** A key in a line. */
export const describe = (key: ApiKey) =>
  [
    key.id,
    key.status.padEnd(8),
    key.imported ? 'imported' : `${key.start ?? ''}...${key.last4 ?? ''}`,
    key.owner.name,
    key.name,
    key.scopes.join(','),
    `ends ${key.expiresAt ?? 'never'}`,
  ].join('  ')
