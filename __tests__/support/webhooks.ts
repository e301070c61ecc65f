import { operatorActor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'
import { tellEvents } from '@/lib/events/tell'
import { claimDeliveries } from '@/lib/webhooks/claim'
import { createWebhook } from '@/lib/webhooks/create'
import { deliver } from '@/lib/webhooks/deliver'
import { Load } from '@/lib/webhooks/load'

export const operatorOf = (clubId: string) => operatorActor(clubId, null, 'test')

export async function makeWebhook(clubId: string, url: string, types: string[]) {
  const made = await createWebhook(operatorOf(clubId), { url, types })
  return { ...made, secret: made.secret ?? '' }
}

/** Until nothing is to be told any more. */
export async function tellAll(): Promise<void> {
  while ((await tellEvents()) > 0);
}

/** Of a process that has nothing under way, and room for all. */
export const roomyLoad = () => new Load({ quick: 64, slow: 64, all: 64 })

/** One look of a process that delivers, to its end. @returns how many it tried */
export async function deliverOnce(load = roomyLoad()): Promise<number> {
  await tellAll()
  const claimed = [
    ...(await claimDeliveries(true, 16, load.underWay())),
    ...(await claimDeliveries(false, 64, load.underWay())),
  ]
  await Promise.all(claimed.map(deliver))
  return claimed.length
}

/** As if the time for the next attempt had come. */
export const makeDue = (where: object = {}) =>
  db().webhookDelivery.updateMany({
    where: { nextAt: { not: null }, ...where },
    data: { nextAt: new Date(0) },
  })

export const deliveriesTo = (endpointId: string) =>
  db().webhookDelivery.findMany({
    where: { endpointId },
    orderBy: { sequence: 'asc' },
    include: { event: true },
  })

export const endpoint = (id: string) => db().webhookEndpoint.findUniqueOrThrow({ where: { id } })
