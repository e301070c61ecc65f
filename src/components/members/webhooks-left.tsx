import type { MemberImpact } from '@/contracts/offboarding'

/** What somebody added and leaves behind: whoever gets its events goes on to get them. */
export function WebhooksLeft({ webhooks }: Pick<MemberImpact, 'webhooks'>) {
  if (webhooks.length === 0) return null
  return (
    <p className="text-sm text-quiet">
      Webhooks that they added go on, since they are the club’s:{' '}
      <span className="break-words text-ink">{webhooks.map(({ url }) => url).join(', ')}</span>
    </p>
  )
}
