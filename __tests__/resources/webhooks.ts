import { randomUUID } from 'node:crypto'
import { webhooks } from '@/contracts/webhooks'
import { db } from '@/lib/db/client'
import { sealSecret } from '@/lib/webhooks/secret'
import type { Fixture } from '../support/fixtures'

const LIMIT = 10
const URL_ = 'https://hooks.example.test/'
/** What never happens here: nothing is sent while others are tried. */
const NEVER = ['api_key.unused']

/** Of a club that would have too many by now, the oldest goes. */
export async function makeEndpoint({ clubId }: { clubId: string }, room = true): Promise<{ id: string }> {
  if (room) await makeRoom(clubId)
  const id = randomUUID()
  const failing = { failingSince: new Date() }
  const data = {
    id,
    clubId,
    url: URL_,
    host: 'hooks.example.test',
    types: NEVER,
    secret: sealSecret(id, 'whsec_x'),
    ...failing,
  }
  return db().webhookEndpoint.create({ data, select: { id: true } })
}

async function makeRoom(clubId: string): Promise<void> {
  const all = await db().webhookEndpoint.findMany({
    where: { clubId },
    orderBy: { createdAt: 'asc' },
    select: { id: true },
  })
  const tooMany = all.slice(0, Math.max(0, all.length - LIMIT + 2)).map(({ id }) => id)
  await db().webhookEndpoint.deleteMany({ where: { id: { in: tooMany } } })
}

/** @param into an endpoint that there is */
export async function makeDelivery({ clubId }: { clubId: string }, into?: string) {
  const id = into ?? (await makeEndpoint({ clubId })).id
  const event = await db().event.create({
    data: { clubId, type: 'webhook.disabled', subjectId: id, data: {}, tellAt: null },
  })
  const { id: deliveryId } = await db().webhookDelivery.create({
    data: {
      clubId,
      endpointId: id,
      eventId: event.id,
      sequence: event.sequence,
      subjectId: id,
      nextAt: null,
    },
  })
  return { id, deliveryId }
}

export const fixture: Fixture = {
  resource: webhooks,
  caller: ['CLUB_ADMIN', 'COACH'],
  bodies: {
    createWebhook: async ({ clubId }) => {
      await makeRoom(clubId)
      return { url: URL_, types: NEVER }
    },
    updateWebhook: () => ({ description: `at ${randomUUID()}` }),
    rotateWebhookSecret: { graceSeconds: 60 },
    replayWebhook: () => ({ since: new Date(Date.now() - 1000).toISOString() }),
  },
  make: (owner) => makeEndpoint(owner),
  rows: { retryWebhookDelivery: (owner) => makeDelivery(owner) },
}
