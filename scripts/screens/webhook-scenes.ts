import type { Page } from 'playwright-core'
import { db } from '@/lib/db/client'
import { newId } from '@/lib/db/new-id'
import { sealSecret } from '@/lib/webhooks/secret'
import { ADA, press, type Scene } from './scene'

const WEBHOOKS = '/clubs/demo/webhooks'
const SOLO = '/clubs/solo/webhooks'
const MINUTE_MS = 60_000

type Shown = {
  type: string
  minutes: number
  status: number | null
  error?: string
  attempts?: number
  body?: string
}

const SENT: readonly Shown[] = [
  { type: 'api_key.revoked', minutes: 3, status: 200, body: '{"ok":true}' },
  {
    type: 'api_key.created',
    minutes: 48,
    status: 503,
    error: 'It answered 503.',
    attempts: 3,
    body: 'upstream connect error',
  },
  {
    type: 'member.removed',
    minutes: 190,
    status: null,
    error: 'No connection within 5 seconds.',
    attempts: 8,
  },
  { type: 'api_key.updated', minutes: 1_500, status: 200, body: 'thanks' },
]

const ago = (minutes: number) => new Date(Date.now() - minutes * MINUTE_MS)

/** A webhook of the demo's with some history, made once. @returns its page */
async function webhookToShow(): Promise<string> {
  const { id: clubId } = await db().club.findUniqueOrThrow({ where: { slug: 'demo' }, select: { id: true } })
  const url = 'https://hooks.harriers.example/clubkeys'
  const known = await db().webhookEndpoint.findFirst({ where: { clubId, url }, select: { id: true } })
  if (known) return `${WEBHOOKS}/${known.id}`
  const types = SENT.map(({ type }) => type)
  const add = async (id: string, at: string, more: object) => {
    const data = { clubId, types, id, url: at, host: new URL(at).host, secret: sealSecret(id, 'whsec_shown') }
    await db().webhookEndpoint.create({ data: { ...data, ...more } })
  }
  const [shown, gone] = [newId(), newId()]
  await add(shown, url, { description: 'Posts to the club’s chat', failingSince: ago(48) })
  await add(gone, 'https://scoreboard.example/api/keys', { disabledAt: ago(9_000), disabledReason: 'gone' })
  for (const one of SENT) await sentTo(clubId, shown, one)
  return `${WEBHOOKS}/${shown}`
}

async function sentTo(clubId: string, endpointId: string, shown: Shown): Promise<void> {
  const { type, minutes, status, error = null, attempts = 1, body = null } = shown
  const event = await db().event.create({
    data: { clubId, type, subjectId: newId(), data: {}, createdAt: ago(minutes), tellAt: null },
  })
  const pending = attempts === 3
  await db().webhookDelivery.create({
    data: {
      ...{ clubId, endpointId, eventId: event.id, sequence: event.sequence, subjectId: event.subjectId },
      ...{
        createdAt: ago(minutes),
        attemptedAt: ago(minutes - 1),
        attempts,
        responseStatus: status,
        responseBody: body,
      },
      ...{
        error,
        durationMs: 84,
        nextAt: pending ? ago(-27) : null,
        deliveredAt: error ? null : ago(minutes - 1),
      },
    },
  })
}

async function openAnswer(page: Page): Promise<void> {
  await page.getByText('What it said').first().click()
}

export const WEBHOOK_SCENES: readonly Scene[] = [
  { name: 'webhooks-none', who: 'sue@solo.test', path: SOLO },
  { name: 'webhooks', who: ADA, path: async () => (await webhookToShow(), WEBHOOKS) },
  { name: 'webhooks-add', who: ADA, path: WEBHOOKS, act: (page) => press(page, 'Add webhook') },
  { name: 'webhook', who: ADA, path: webhookToShow, act: openAnswer },
  { name: 'webhook-rotate', who: ADA, path: webhookToShow, act: (page) => press(page, 'Rotate…') },
  { name: 'webhook-replay', who: ADA, path: webhookToShow, act: (page) => press(page, 'Replay…') },
]
