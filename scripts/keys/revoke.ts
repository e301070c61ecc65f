import { revokeApiKeyBody } from '@/contracts/api-key-revocation'
import { line } from '@/contracts/text'
import { amountOf } from '@/contracts/words'
import { revokeApiKey, revokeApiKeys } from '@/lib/auth/api-key'
import { actorFor } from '../cli/club'
import { checked, options, print, UsageError } from '../cli/command'
import { FILTER_OPTIONS, filterOf } from '../cli/key-filter'
import { keyId } from '../cli/key-id'
import { common, describe } from './describe'

export async function revoke(args: string[]): Promise<void> {
  const given = options(args, {
    ...common,
    id: { type: 'string' },
    reason: { type: 'string' },
    'keep-descendants': { type: 'boolean' },
  })
  const input = checked(revokeApiKeyBody, { reason: given.reason, descendants: !given['keep-descendants'] })
  const key = await revokeApiKey(await actorFor(given.club), {
    id: keyId(given.id),
    ...input,
    patienceMs: Infinity,
  })
  print(
    given.json,
    key,
    [
      describe(key),
      ...key.alsoRevoked.map((made) => `${made}  revoked: made by it`),
      ...(key.alsoRevokedCount > key.alsoRevoked.length
        ? [`and others, ${key.alsoRevokedCount} in all`]
        : []),
    ].join('\n'),
  )
}

export async function revokeMatching(args: string[]): Promise<void> {
  const given = options(args, {
    ...common,
    ...FILTER_OPTIONS,
    reason: { type: 'string' },
    yes: { type: 'boolean' },
  })
  const actor = await actorFor(given.club)
  const filter = await filterOf(actor, given)
  if (Object.keys(filter).length === 0)
    throw new UsageError('which keys? Every key of the club is too easily meant')
  const reason = given.reason === undefined ? undefined : checked(line(200), given.reason)
  const asked = { filter, reason, descendants: true, preview: !given.yes }
  const done = await revokeApiKeys(actor, { ...asked, patienceMs: Infinity })
  const count = `${amountOf(done.count, 'key')}, and ${done.alsoRevoked} that they made`
  print(
    given.json,
    done,
    done.preview ? `${count}, would be revoked. --yes revokes them.` : `${count}, are revoked.`,
  )
}
