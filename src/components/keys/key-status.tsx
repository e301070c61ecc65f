import type { ApiKey } from '@/contracts/api-key'
import { Badge, type Tone } from '../ui/badge'

const STATUS: Record<ApiKey['status'], { tone: Tone; name: string }> = {
  active: { tone: 'good', name: 'Active' },
  expiring: { tone: 'warn', name: 'Expires soon' },
  expired: { tone: 'plain', name: 'Expired' },
  disabled: { tone: 'plain', name: 'Disabled' },
  revoked: { tone: 'bad', name: 'Revoked' },
}

export function KeyStatus({ status }: { status: ApiKey['status'] }) {
  return <Badge tone={STATUS[status].tone}>{STATUS[status].name}</Badge>
}
