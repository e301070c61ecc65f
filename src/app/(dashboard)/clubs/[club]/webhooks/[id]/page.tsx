import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { Pager } from '@/components/list/pager'
import { PageBody } from '@/components/shell/header'
import { WebhookPage } from '@/components/webhooks/webhook-page'
import { id as idSchema } from '@/contracts/text'
import { Refusal } from '@/lib/errors'
import { getWebhook } from '@/lib/webhooks/list'
import { listWebhookDeliveries } from '@/lib/webhooks/list-deliveries'
import { requireActor } from '../../../../../caller'
import { listOrStart } from '../../list-or-start'
import { pagingOf, placeIn } from '../../paging'
import { eventWords, webhookActions } from '../bound-actions'

export const metadata: Metadata = { title: 'Webhook' }

const PAGE_SIZE = 25

type Props = {
  params: Promise<{ club: string; id: string }>
  searchParams: Promise<{ cursor?: string | string[] }>
}

export default async function OneWebhookPage({ params, searchParams }: Props) {
  const { club, id } = await params
  const actor = await requireActor(club)
  const webhook = await findWebhook(actor, id)
  const list = `/clubs/${club}/webhooks`
  const here = `${list}/${webhook.id}`
  const place = placeIn(await searchParams)
  const page = await listOrStart(here, () =>
    listWebhookDeliveries(actor, { id: webhook.id, limit: PAGE_SIZE, cursor: place.cursor, count: 'true' }),
  )
  return (
    <PageBody>
      <WebhookPage
        webhook={webhook}
        deliveries={page.data}
        events={eventWords()}
        actions={webhookActions(club)}
        list={list}
      />
      {page.data.length > 0 && (
        <Pager {...pagingOf('deliveries', { start: here, size: PAGE_SIZE, place }, page)} />
      )}
    </PageBody>
  )
}

/** What is no id cannot be there. */
async function findWebhook(actor: Parameters<typeof getWebhook>[0], text: string) {
  const id = idSchema.safeParse(text)
  if (!id.success) notFound()
  try {
    return await getWebhook(actor, { id: id.data })
  } catch (error) {
    if (error instanceof Refusal && error.code === 'not_found') notFound()
    throw error
  }
}
