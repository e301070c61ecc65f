'use client'

import type { WebhookDelivery } from '@/contracts/webhook'
import { EmptyState } from '../ui/empty-state'
import { ACTIONS, Cell, Row, Table } from '../ui/table'
import { When } from '../when'
import { DeliveryStatus } from './webhook-status'

type Props = {
  deliveries: readonly WebhookDelivery[]
  /** null: nothing is sent there now. */
  retry: ((delivery: WebhookDelivery) => void) | null
}

export function DeliveriesTable({ deliveries, retry }: Props) {
  if (deliveries.length === 0)
    return (
      <EmptyState title="Nothing sent yet">
        Events stand here for 30 days, with what your server answered. Send a test event to see one.
      </EmptyState>
    )
  return (
    <Table label="Deliveries" columns={['Event', 'Status', 'Last attempt', 'Answer', ACTIONS]}>
      {deliveries.map((one) => (
        <Row key={one.id}>
          <Cell className="max-md:col-span-full">
            <code className="block font-mono text-[0.8125rem] font-medium">{one.event.type}</code>
            <span className="text-quiet">
              <When at={one.event.createdAt} />
            </span>
          </Cell>
          <Cell label="Status">
            <DeliveryStatus status={one.status} />
          </Cell>
          <Cell label="Last attempt">
            <Attempts delivery={one} />
          </Cell>
          <Cell label="Answer" className="md:max-w-56">
            <Answered delivery={one} />
          </Cell>
          <Cell className="md:w-16 md:text-right">
            {retry && one.attempts > 0 && (
              <button
                type="button"
                aria-label={`Retry ${one.event.type}`}
                onClick={() => retry(one)}
                className="-my-2.5 -ml-2 min-h-11 rounded-lg px-2 text-sm font-medium text-accent hover:bg-well sm:min-h-9 md:-mr-2 md:ml-0"
              >
                Retry
              </button>
            )}
          </Cell>
        </Row>
      ))}
    </Table>
  )
}

function Attempts({ delivery: { attempts, attemptedAt, nextAttemptAt } }: { delivery: WebhookDelivery }) {
  if (!attemptedAt) return <span className="text-quiet">On its way</span>
  return (
    <>
      <span className="block">
        <When at={attemptedAt} />
        {attempts > 1 && <span className="text-quiet"> · {attempts} attempts</span>}
      </span>
      {nextAttemptAt && (
        <span className="block text-quiet">
          Next <When at={nextAttemptAt} />
        </span>
      )}
    </>
  )
}

function Answered({ delivery }: { delivery: WebhookDelivery }) {
  const { responseStatus, durationMs, error, responseBody } = delivery
  return (
    <>
      <span className="block tabular-nums">
        {responseStatus ?? (error ? '' : '–')}
        {responseStatus !== null && durationMs !== null && (
          <span className="text-quiet"> in {durationMs} ms</span>
        )}
      </span>
      {error && <span className="block break-words text-quiet">{error}</span>}
      {responseBody && (
        <details>
          <summary className="cursor-pointer rounded text-accent">What it said</summary>
          {/* It scrolls, so that the keyboard must reach it (WCAG 2.1.1). */}
          <pre
            tabIndex={0}
            role="group"
            aria-label="What it said"
            className="mt-1 max-h-40 overflow-auto rounded-lg bg-well p-2 font-mono text-xs break-words whitespace-pre-wrap"
          >
            {responseBody}
          </pre>
        </details>
      )}
    </>
  )
}
