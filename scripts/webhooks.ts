import { MAX_LIMIT } from '@/contracts/page'
import { apart } from '@/contracts/unseen'
import { createWebhookBody, type Webhook, type WebhookDelivery } from '@/contracts/webhook'
import { createWebhook } from '@/lib/webhooks/create'
import { listWebhookDeliveries } from '@/lib/webhooks/list-deliveries'
import { listWebhooks } from '@/lib/webhooks/list'
import { testWebhook } from '@/lib/webhooks/send-test'
import { updateWebhook } from '@/lib/webhooks/update'
import { actorFor } from './cli/club'
import { checked, listed, options, print, required, runCommand } from './cli/command'
import { everyPage } from './cli/every-page'

const USAGE = `usage: npm run -s webhooks -- COMMAND --club SLUG [--json]
  list                                       the oldest first
  create      --url URL --type TYPE... [--description TEXT]
                                             prints its secret, this once
  test        --webhook ID                   sends an event of the type webhook.test; a running server delivers it
  deliveries  --webhook ID                   the newest hundred, and how they went
  disable     --webhook ID                   gives up what waits to be sent
  enable      --webhook ID`

const common = { club: { type: 'string' }, json: { type: 'boolean' } } as const
const one = { ...common, webhook: { type: 'string' } } as const

async function list(args: string[]): Promise<void> {
  const given = options(args, common)
  const actor = await actorFor(given.club)
  const all = await everyPage((page) => listWebhooks(actor, page))
  print(given.json, all, all.map(describe).join('\n') || 'No webhooks yet.')
}

async function create(args: string[]): Promise<void> {
  const given = options(args, {
    ...common,
    url: { type: 'string' },
    type: { type: 'string', multiple: true },
    description: { type: 'string' },
  })
  const input = checked(createWebhookBody, {
    url: required(given.url, 'url'),
    types: listed(given.type),
    ...(given.description && { description: given.description }),
  })
  const made = await createWebhook(await actorFor(given.club), input)
  print(given.json, made, [describe(made), `Its secret, shown this once: ${made.secret}`].join('\n'))
}

async function test(args: string[]): Promise<void> {
  const given = options(args, one)
  const delivery = await testWebhook(await actorFor(given.club), { id: required(given.webhook, 'webhook') })
  print(given.json, delivery, `A test event waits to be sent: ${delivery.event.id}`)
}

async function deliveries(args: string[]): Promise<void> {
  const given = options(args, one)
  const id = required(given.webhook, 'webhook')
  const { data } = await listWebhookDeliveries(await actorFor(given.club), { id, limit: MAX_LIMIT })
  print(
    given.json,
    data,
    data.map(describeDelivery).join('\n') || 'Nothing was sent there in the last 30 days.',
  )
}

const turned = (disabled: boolean) => async (args: string[]) => {
  const given = options(args, one)
  const id = required(given.webhook, 'webhook')
  const webhook = await updateWebhook(await actorFor(given.club), { id, disabled })
  print(given.json, webhook, describe(webhook))
}

const describe = ({ id, url, status, types, description }: Webhook) =>
  [id, status.padEnd(8), url, types.join(','), ...(description ? [apart(description)] : [])].join('  ')

const describeDelivery = ({ createdAt, status, attempts, event, responseStatus, error }: WebhookDelivery) =>
  [
    createdAt,
    status.padEnd(9),
    `${attempts}x`,
    event.type,
    responseStatus ?? '-',
    ...(error ? [error] : []),
  ].join('  ')

void runCommand(USAGE, { list, create, test, deliveries, disable: turned(true), enable: turned(false) })
