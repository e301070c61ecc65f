import { apiKeyFilter, type ApiKeyFilter } from '@/contracts/api-key-filter'
import type { Actor } from '@/lib/actor'
import { nestPairs } from '@/lib/nested-pairs'
import { actorFor } from './club'
import { checked, UsageError } from './command'
import { actingFor } from './service-account'

export const FILTER_USAGE = `a FILTER is one of
  --q TEXT --status active|expiring|expired|disabled|revoked|usable --user EMAIL --service-account NAME|ID --scope SCOPE
  --used-since RFC3339 --unused-since RFC3339 --imported true|false --policy outside --leaked true
  --expires-before RFC3339 --never-expires true --failed-since RFC3339
  --metadata NAME=VALUE|NAME[NAME]=VALUE ...`

export const FILTER_OPTIONS = {
  q: { type: 'string' },
  status: { type: 'string' },
  user: { type: 'string' },
  'service-account': { type: 'string' },
  scope: { type: 'string' },
  'used-since': { type: 'string' },
  'unused-since': { type: 'string' },
  'expires-before': { type: 'string' },
  'never-expires': { type: 'string' },
  'failed-since': { type: 'string' },
  imported: { type: 'string' },
  policy: { type: 'string' },
  leaked: { type: 'string' },
  metadata: { type: 'string', multiple: true },
} as const

type Given = { [Name in Exclude<keyof typeof FILTER_OPTIONS, 'metadata'> | 'club']?: string | undefined } & {
  metadata?: string[] | undefined
}

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
    expiresBefore: given['expires-before'],
    neverExpires: given['never-expires'],
    failedSince: given['failed-since'],
    imported: given.imported,
    policy: given.policy,
    leaked: given.leaked,
    metadata: metadataIn(given.metadata),
  }
  const known = Object.fromEntries(
    Object.entries(asked).filter(([, value]) => value !== undefined && value !== null),
  )
  return checked(apiKeyFilter, known)
}

const accountOf = async (club: Actor, account: string | undefined) =>
  account === undefined ? null : actingFor(club, account)

/** As in a query: `env=prod` and `owner[team]=web`. */
function metadataIn(given: readonly string[] | undefined): unknown {
  const pairs = given?.map((text) => {
    const at = text.indexOf('=')
    if (at < 1) throw new UsageError('--metadata is NAME=VALUE')
    const [first = '', ...below] = text.slice(0, at).split('[')
    return [`metadata[${first}]${below.map((name) => `[${name}`).join('')}`, text.slice(at + 1)] as const
  })
  return pairs && nestPairs(pairs, ['metadata']).metadata
}
