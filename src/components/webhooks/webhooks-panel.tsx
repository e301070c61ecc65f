'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { MAX_ENDPOINTS } from '@/contracts/bounds'
import type { Webhook } from '@/contracts/webhook'
import { PageTitle } from '../shell/header'
import { Button } from '../ui/button'
import { EmptyState } from '../ui/empty-state'
import { Cell, Row, Table } from '../ui/table'
import { When } from '../when'
import type { EventWords, WebhookActions } from './actions'
import { AddWebhookDialog } from './webhook-dialog'
import { WebhookStatus } from './webhook-status'

type Props = {
  webhooks: readonly Webhook[]
  events: readonly EventWords[]
  actions: WebhookActions
  /** The address of this page. */
  here: string
}

export function WebhooksPanel({ webhooks, events, actions, here }: Props) {
  const [adding, setAdding] = useState(false)
  const router = useRouter()
  const add = (
    <Button look="primary" disabled={webhooks.length >= MAX_ENDPOINTS} onClick={() => setAdding(true)}>
      Add webhook
    </Button>
  )
  return (
    <>
      <PageTitle title="Webhooks" lead={LEAD} action={webhooks.length > 0 && add} />
      {webhooks.length > 0 ? (
        <WebhooksTable {...{ webhooks, events, here }} />
      ) : (
        <EmptyState title="No webhooks yet" action={add}>
          Add one to hear of it when a key is made, changed or revoked, or when a member leaves.{' '}
          <Link
            href="/docs/webhooks"
            prefetch={false}
            className="font-medium text-accent underline underline-offset-4"
          >
            How they work
          </Link>
        </EmptyState>
      )}
      {adding && (
        <AddWebhookDialog
          {...{ events, actions }}
          onClose={() => setAdding(false)}
          onCreated={() => router.refresh()}
        />
      )}
    </>
  )
}

const LEAD = 'Where the club’s events are sent, the moment they happen.'

function WebhooksTable({ webhooks, events, here }: Omit<Props, 'actions'>) {
  return (
    <Table label="Webhooks" columns={['URL', 'Status', 'Events', 'Added']}>
      {webhooks.map(({ id, url, description, status, types, createdAt }) => (
        <Row key={id}>
          <Cell className="max-md:col-span-full md:max-w-md">
            <Link
              href={`${here}/${id}`}
              prefetch={false}
              className="block truncate rounded font-medium hover:underline"
              title={url}
            >
              {url.replace(/^https:\/\//, '')}
            </Link>
            {description && <span className="block truncate text-quiet">{description}</span>}
          </Cell>
          <Cell label="Status">
            <WebhookStatus status={status} />
          </Cell>
          <Cell label="Events">
            {types.length >= events.length ? 'All' : `${types.length} of ${events.length}`}
          </Cell>
          <Cell label="Added">
            <When at={createdAt} />
          </Cell>
        </Row>
      ))}
    </Table>
  )
}
