import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { PageBody } from '@/components/shell/header'
import { WebhooksPanel } from '@/components/webhooks/webhooks-panel'
import { MAX_ENDPOINTS } from '@/contracts/bounds'
import { listWebhooks } from '@/lib/webhooks/list'
import { requireActor } from '../../../../caller'
import { sectionsOf } from '../sections'
import { eventWords, webhookActions } from './bound-actions'

export const metadata: Metadata = { title: 'Webhooks' }

export default async function WebhooksPage({ params }: { params: Promise<{ club: string }> }) {
  const { club } = await params
  const actor = await requireActor(club)
  if (!sectionsOf(actor).includes('webhooks')) notFound()
  const { data } = await listWebhooks(actor, { limit: MAX_ENDPOINTS })
  return (
    <PageBody>
      <WebhooksPanel
        webhooks={data}
        events={eventWords()}
        actions={webhookActions(club)}
        here={`/clubs/${club}/webhooks`}
      />
    </PageBody>
  )
}
