import { db } from '@/lib/db/client'
import { Webhook } from 'standardwebhooks'
import { makeClub, makeMember, useDatabase } from '../../support/club'
import { accessibilityFaults, givePassword, ready, useBrowser } from '../../support/browser'
import { useReceiver } from '../../support/receiver'
import { useServer } from '../../support/server'

const database = useDatabase()
const server = useServer(database.url, { env: { WEBHOOK_ALLOW_NETWORKS: '127.0.0.1/32' } })
const browser = useBrowser()
const receiver = useReceiver()

it('an admin adds a webhook, tests it, sees what it answered, retries, rotates, disables and deletes it', async () => {
  const club = await makeClub()
  const admin = await givePassword(await makeMember(club.id, ['CLUB_ADMIN', 'COACH']), 'Ada Admin')
  const { page, visit, offences } = await browser.open({ server: server(), as: admin })
  await visit(`/clubs/${club.slug}/webhooks`)
  await ready(page)
  await page.getByRole('heading', { name: 'No webhooks yet' }).waitFor()
  expect(await accessibilityFaults(page)).toEqual([])

  await page.getByRole('button', { name: 'Add webhook' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('URL').fill(receiver.url())
  await dialog.getByLabel('Description (optional)').fill('the chat')
  await dialog.getByRole('checkbox', { name: 'All events' }).uncheck()
  await dialog.getByRole('button', { name: 'Add webhook' }).click()
  await dialog.getByText('Choose at least one event.').waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
  await dialog.getByRole('checkbox', { name: 'api_key.revoked' }).check()
  await dialog.getByRole('button', { name: 'Add webhook' }).click()
  const secret = (await dialog.getByLabel('The secret', { exact: true }).textContent()) ?? ''
  expect(secret).toMatch(/^whsec_/)
  expect(await accessibilityFaults(page)).toEqual([])
  await dialog.getByRole('checkbox', { name: 'I have saved this secret' }).check()
  await dialog.getByRole('button', { name: 'Done' }).click()

  await page.getByRole('link', { name: receiver.url() }).click()
  await page.getByRole('heading', { name: 'Nothing sent yet' }).waitFor()
  receiver.answer(500)
  await page.getByRole('button', { name: 'Send test event' }).click()
  await page.getByText('It answered 500.').waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
  const [got] = receiver.got
  new Webhook(secret).verify(got!.body, got!.headers as Record<string, string>)
  receiver.answer(200)
  await page.getByRole('button', { name: 'Retry webhook.test' }).click()
  await page.getByRole('cell', { name: 'Delivered' }).waitFor({ timeout: 20_000 })

  await page.getByRole('button', { name: 'Rotate…' }).click()
  await dialog.getByRole('button', { name: 'Rotate secret' }).click()
  expect(await dialog.getByLabel('The secret', { exact: true }).textContent()).not.toBe(secret)
  await dialog.getByRole('checkbox', { name: 'I have saved this secret' }).check()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await page.getByText('The one before signs as well').waitFor()

  await page.getByRole('button', { name: 'Replay…' }).click()
  await dialog.getByRole('button', { name: 'Replay' }).click()
  await page.getByText('There was no event since then.').waitFor()

  const choose = async (item: string) => {
    await page.getByRole('button', { name: 'Actions for this webhook' }).click()
    await page.getByRole('menuitem', { name: item }).click()
  }
  await choose('Disable')
  await page.getByRole('button', { name: 'Enable' }).click()
  await page.getByRole('button', { name: 'Send test event' }).waitFor()
  await choose('Delete…')
  await page.getByRole('button', { name: 'Delete webhook' }).click()
  await page.getByRole('heading', { name: 'No webhooks yet' }).waitFor()
  expect(await db().webhookEndpoint.count({ where: { clubId: club.id } })).toBe(0)
  expect(offences).toEqual([])
}, 120_000)
