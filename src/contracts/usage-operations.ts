import { byId, type Operation } from './operation'
import { keyUsageQuery, usage, USAGE_COLUMNS, usageQuery } from './usage'

/** Of the resource of keys. */
export const usageOperations = {
  getUsage: {
    method: 'GET',
    path: '/api/v1/usage',
    summary: 'What the club’s keys did, by hour, day or month',
    scope: 'usage:read',
    can: ['read-usage', 'ApiKey'],
    query: usageQuery,
    status: 200,
    response: usage,
    csv: USAGE_COLUMNS,
  },
  getApiKeyUsage: {
    method: 'GET',
    path: '/api/v1/api-keys/{id}/usage',
    summary: 'What a key did, by hour, day or month',
    scope: 'usage:read',
    can: ['read-usage', 'ApiKey'],
    params: byId,
    query: keyUsageQuery,
    status: 200,
    response: usage,
    csv: USAGE_COLUMNS,
  },
} as const satisfies Record<string, Operation>
