import { MAX_ENDPOINTS } from '@/contracts/bounds'
import type { Webhook, WebhookDelivery } from '@/contracts/webhook'
import type { WebhookActions } from '@/components/webhooks/actions'
import { ReplayDialog } from '@/components/webhooks/replay-dialog'
import { RotateSecretDialog } from '@/components/webhooks/rotate-secret-dialog'
import { AddWebhookDialog, EditWebhookDialog } from '@/components/webhooks/webhook-dialog'
import { WebhookPage } from '@/components/webhooks/webhook-page'
import { WebhooksPanel } from '@/components/webhooks/webhooks-panel'
import { lost, refused, waiting } from '../answers'
import { ago, ahead, idOf } from '../data/time'
import { aWebhook, DELIVERIES, EVENTS, LONG_URL, WEBHOOK_ACTIONS } from '../data/webhooks'
import { body, part, press, read, type } from '../state'

const nothing = () => undefined

const panel = (webhooks: readonly Webhook[]) => () => (
  <WebhooksPanel webhooks={webhooks} events={EVENTS} actions={WEBHOOK_ACTIONS} here="/webhooks" />
)

const webhookPage =
  (webhook: Webhook, deliveries: readonly WebhookDelivery[] = DELIVERIES) =>
  () => (
    <WebhookPage
      {...{ webhook, deliveries }}
      events={EVENTS}
      actions={WEBHOOK_ACTIONS}
      list="/clubs/demo/webhooks"
    />
  )

const add =
  (given: Partial<WebhookActions> = {}) =>
  () => (
    <AddWebhookDialog
      events={EVENTS}
      actions={{ ...WEBHOOK_ACTIONS, ...given }}
      onClose={nothing}
      onCreated={nothing}
    />
  )

const rotate =
  (rotateSecret = WEBHOOK_ACTIONS.rotateSecret) =>
  () => <RotateSecretDialog id={idOf(71)} rotate={rotateSecret} onRotated={nothing} onClose={nothing} />

const FAILING = aWebhook({ status: 'failing', failingSince: ago(30), types: ['api_key.revoked'] })
const GONE = aWebhook({ status: 'disabled', disabledReason: 'gone' })
const LONG = aWebhook({ id: idOf(72), url: LONG_URL, description: 'unbroken'.repeat(25) })
const addressed = type('URL', 'https://example.org/hooks')

export const WEBHOOK_STATES = [
  body('webhooks', panel([aWebhook(), LONG, FAILING, GONE])),
  body('webhooks, none', panel([])),
  body(
    'webhooks, no more',
    panel(Array.from({ length: MAX_ENDPOINTS }, (_, n) => aWebhook({ id: idOf(700 + n) }))),
  ),
  body('webhook', webhookPage(aWebhook())),
  body('webhook, an answer', webhookPage(aWebhook()), press('What it said'), read('unbroken')),
  body('webhook, nothing sent', webhookPage(aWebhook(), [])),
  body('webhook, long names', webhookPage(LONG)),
  body('webhook, failing', webhookPage(FAILING)),
  body('webhook, gone', webhookPage(GONE)),
  body(
    'webhook, given up',
    webhookPage(aWebhook({ status: 'disabled', disabledReason: 'failing' }), DELIVERIES.slice(-1)),
  ),
  body('webhook, disabled by hand', webhookPage(aWebhook({ status: 'disabled', disabledReason: 'by-hand' }))),
  body('webhook, two secrets', webhookPage(aWebhook({ signingSince: ago(1), graceUntil: ahead(23) }))),
  body('webhook, a menu', webhookPage(aWebhook()), press('Actions for this webhook'), read('Delete…')),
  part('add webhook', add()),
  part(
    'add webhook, no event',
    add(),
    addressed,
    press('All events'),
    press('Add webhook'),
    read('at least one'),
  ),
  part(
    'add webhook, refused',
    add({ create: refused('The input is not valid.', { url: 'must begin with https' }) }),
    addressed,
    press('Add webhook'),
    read('begin with'),
  ),
  part('add webhook, waiting', add({ create: waiting }), addressed, press('Add webhook')),
  part('add webhook, no answer', add({ create: lost }), addressed, press('Add webhook'), read('Ask again')),
  part('webhook added', add(), addressed, press('Add webhook'), read('whsec_')),
  part('edit webhook', () => (
    <EditWebhookDialog
      webhook={FAILING}
      events={EVENTS}
      actions={WEBHOOK_ACTIONS}
      onClose={nothing}
      onDone={nothing}
    />
  )),
  part('rotate secret', rotate()),
  part('rotate secret, waiting', rotate(waiting), press('Rotate secret')),
  part('rotate secret, done', rotate(), press('Rotate secret'), read('whsec_')),
  part('replay events', () => (
    <ReplayDialog id={idOf(71)} replay={WEBHOOK_ACTIONS.replay} onClose={nothing} onDone={nothing} />
  )),
  part('delete webhook', webhookPage(aWebhook()), press('Actions for this webhook'), press('Delete…')),
]
