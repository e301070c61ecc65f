import { apiKeyFilter, type ApiKeyFilter } from '@/contracts/api-key-filter'
import type { Actor } from '@/lib/auth/actor'
import { actorFor } from './club'
import { checked } from './command'
import { actingFor } from './service-account'

export const FILTER_USAGE = `a FILTER is one of
  --q TEXT --status active|expiring|expired|disabled|revoked --user EMAIL --service-account NAME|ID --scope SCOPE
  --used-since RFC3339 --unused-since RFC3339 --imported true|false --policy outside`

export const FILTER_OPTIONS = {
  q: { type: 'string' },
  status: { type: 'string' },
  user: { type: 'string' },
  'service-account': { type: 'string' },
  scope: { type: 'string' },
  'used-since': { type: 'string' },
  'unused-since': { type: 'string' },
  imported: { type: 'string' },
  policy: { type: 'string' },
} as const

type Given = { [Name in keyof typeof FILTER_OPTIONS | 'club']?: string | undefined }

/** @throws UsageError; Refusal `not_found` for a member or account that the club has not */
export async function filterOf(club: Actor, given: Given): Promise<ApiKeyFilter> {
  const owner =
    given.user !== undefined
      ? await actorFor(given.club, given.user)
      : await accountOf(club, given['service-account'])
  const asked = {
    q: given.q,
    status: given.status,
    ownerId: owner?.userId,
    scope: given.scope,
    usedSince: given['used-since'],
    unusedSince: given['unused-since'],
    imported: given.imported,
    policy: given.policy,
  }
  const known = Object.fromEntries(
    Object.entries(asked).filter(([, value]) => value !== undefined && value !== null),
  )
  return checked(apiKeyFilter, known)
}

const accountOf = async (club: Actor, account: string | undefined) =>
  account === undefined ? null : actingFor(club, account)
