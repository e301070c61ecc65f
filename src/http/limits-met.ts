import type { Operation } from '@/contracts/operation'
import { operations } from '@/contracts/operations'
import type { VerifiedKey } from '@/lib/auth/verification'
import { changesBy } from '@/lib/limits/changes'
import type { Limit } from '@/lib/limits/limit'
import { pathOf } from './path'

/** The limits that a request with this key meets, all of them decided at once. */
export function limitsMet(
  request: Request,
  { id, clubId, userId, rateLimit, clubRateLimit }: VerifiedKey,
): Limit[] {
  const limits: Limit[] = [
    { name: 'key', id, limit: rateLimit.limit, windowSeconds: rateLimit.windowSeconds },
    { name: 'club', id: clubId, limit: clubRateLimit.limit, windowSeconds: clubRateLimit.windowSeconds },
  ]
  if (asksForChange(request)) limits.push(changesBy(userId))
  return limits
}

/** Whether an operation changes keys, members or service accounts. */
export const isChange = ({ method, can }: Operation): boolean =>
  method !== 'GET' && (can?.[1] === 'ApiKey' || can?.[1] === 'Membership')

const resourceOf = (path: string): string => path.split('/', 4).join('/')
const CHANGED = new Set(
  Object.values<Operation>(operations)
    .filter(isChange)
    .map(({ path }) => resourceOf(path)),
)

/**
 * By the path as it was asked for: where that is not the handler's own (rewrites, spelling), `route()` counts
 * what was missed here.
 */
function asksForChange(request: Request): boolean {
  const { method } = request
  return (
    method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS' && CHANGED.has(resourceOf(pathOf(request)))
  )
}
