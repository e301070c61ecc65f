import type { ApiKey } from '@/contracts/api-key'
import { apart } from '@/contracts/unseen'

/** The options of every command. */
export const common = { club: { type: 'string' }, json: { type: 'boolean' } } as const

/** A key in a line. */
export const describe = (key: ApiKey) =>
  [
    key.id,
    key.status.padEnd(8),
    key.imported ? 'imported' : `${key.start ?? ''}...${key.last4 ?? ''}`,
    apart(key.owner.name),
    apart(key.name),
    key.scopes.join(','),
    `ends ${key.expiresAt ?? 'never'}`,
  ].join('  ')
