import type { Webhook, WebhookDelivery } from '@/contracts/webhook'
import { Badge, type Tone } from '../ui/badge'

const HOOK: Record<Webhook['status'], [Tone, string]> = {
  enabled: ['good', 'Enabled'],
  failing: ['warn', 'Failing'],
  disabled: ['plain', 'Disabled'],
}
const DELIVERY: Record<WebhookDelivery['status'], [Tone, string]> = {
  delivered: ['good', 'Delivered'],
  pending: ['warn', 'Pending'],
  failed: ['bad', 'Failed'],
}

export function WebhookStatus({ status }: { status: Webhook['status'] }) {
  const [tone, name] = HOOK[status]
  return <Badge tone={tone}>{name}</Badge>
}

export function DeliveryStatus({ status }: { status: WebhookDelivery['status'] }) {
  const [tone, name] = DELIVERY[status]
  return <Badge tone={tone}>{name}</Badge>
}
