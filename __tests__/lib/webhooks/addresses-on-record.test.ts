import { db } from '@/lib/db/client'
import { shownAddress } from '@/lib/shown-address'
import { createWebhook } from '@/lib/webhooks/create'
import { deleteWebhook } from '@/lib/webhooks/delete'
import { updateWebhook } from '@/lib/webhooks/update'
import { makeClub, useDatabase } from '../../support/club'
import { makeWebhook, operatorOf } from '../../support/webhooks'

useDatabase()

it.each([
  ['https://hooks.slack.com/services/T00000/B0/Xy12', 'https://hooks.slack.com/services/…'],
  ['https://discord.com/api/webhooks/123/abc-DEF', 'https://discord.com/api/…'],
  ['https://example.org/hooks?token=abc', 'https://example.org/hooks…'],
  ['https://example.org/0190d9a0-7c1e', 'https://example.org/…'],
  ['https://example.org/?abc', 'https://example.org/…'],
  ['https://example.org//abc', 'https://example.org/…'],
  ['https://example.org/abcdefghijklmnopq', 'https://example.org/…'],
  ['https://example.org/hooks/', 'https://example.org/hooks/…'],
  ['https://example.org/hooks', 'https://example.org/hooks'],
  ['https://example.org:8443/', 'https://example.org:8443/'],
])('of %s the log shows %s', (url, shown) => expect(shownAddress(url)).toBe(shown))

it('G1: neither the audit log nor an event holds an address whole, and each change of it is on record', async () => {
  const { id: clubId } = await makeClub()
  const operator = operatorOf(clubId)
  await makeWebhook(clubId, 'https://example.org/other', ['webhook.disabled', 'webhook.deleted'])
  const at = (secret: string) => `https://hooks.slack.com/services/${secret}`
  const { id } = await createWebhook(operator, { url: at('T01FIRST'), types: ['api_key.revoked'] })
  await updateWebhook(operator, { id, url: at('T02SECOND') })
  await updateWebhook(operator, { id, url: at('T03THIRD'), disabled: true })
  await deleteWebhook(operator, { id })
  const rows = await db().auditEvent.findMany({
    where: { targetId: id },
    orderBy: [{ at: 'asc' }, { id: 'asc' }],
  })
  const [from, to] = [null, 'https://hooks.slack.com/services/…']
  expect(rows.map(({ changes }) => (changes as { url?: unknown }).url)).toEqual([
    { from, to },
    { from: to, to },
    { from: to, to },
    { from: to, to: from },
  ])
  const events = await db().event.findMany({ where: { clubId }, orderBy: { sequence: 'asc' } })
  expect(events.map(({ type }) => type)).toEqual(['webhook.disabled', 'webhook.deleted'])
  expect(events[0]?.data).toMatchObject({ webhook: { id, url: to, disabledReason: 'by-hand' } })
  expect(JSON.stringify([rows, events.map(({ data }) => data)])).not.toMatch(/T0[123]/)
})
