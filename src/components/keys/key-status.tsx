import type { ApiKey } from '@/contracts/api-key'
import { Badge, type Tone } from '../ui/badge'

const STATUS: Record<ApiKey['status'], { tone: Tone; name: string }> = {
  active: { tone: 'good', name: 'Active' },
  expiring: { tone: 'warn', name: 'Expires soon' },
  expired: { tone: 'plain', name: 'Expired' },
  disabled: { tone: 'plain', name: 'Disabled' },
  revoked: { tone: 'bad', name: 'Revoked' },
}

export const STATUS_NAMES = Object.fromEntries(
  Object.entries(STATUS).map(([status, { name }]) => [status, name]),
) as Record<ApiKey['status'], string>

/** A key in its grace is told apart from one that ends by itself: what to do about it is another thing. */
export function KeyStatus({
  apiKey: { status, replacedById, leaked, honey },
}: {
  apiKey: Pick<ApiKey, 'status' | 'replacedById' | 'leaked' | 'honey'>
}) {
  const isReplaced = status === 'expiring' && replacedById
  return (
    <span className="inline-flex flex-wrap gap-1">
      {honey && (
        <Badge tone={honey.usedAt ? 'bad' : 'plain'}>{honey.usedAt ? 'Honeykey, used' : 'Honeykey'}</Badge>
      )}
      {honey && status === 'disabled' ? null : isReplaced ? (
        <Badge tone="warn">Replaced</Badge>
      ) : (
        <Badge tone={STATUS[status].tone}>{STATUS[status].name}</Badge>
      )}
      {leaked && <Badge tone="bad">Leaked</Badge>}
    </span>
  )
}
