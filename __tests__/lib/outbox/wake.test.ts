import { globSync, readFileSync } from 'node:fs'
import { db } from '@/lib/db/client'
import { tellEvents } from '@/lib/events/tell'
import { queueMail } from '@/lib/mail/queue'
import { onWake } from '@/lib/outbox/wake'
import { updateClubPolicy } from '@/lib/policy/update-policy'
import { replayWebhook, retryWebhookDelivery } from '@/lib/webhooks/send-again'
import { testWebhook } from '@/lib/webhooks/send-test'
import { makeClub, makeMember, useDatabase } from '../../support/club'
import { deliveriesTo, makeWebhook, operatorOf, tellAll } from '../../support/webhooks'

process.env.SMTP_URL = 'smtp://127.0.0.1:1'
process.env.MAIL_FROM = 'club@example.test'

// Nothing here follows the change channel, as in a process with `API_KEY_CACHE_SIZE=0` or behind a pooler.
useDatabase()

/** How often outboxes were woken by an act. */
async function wakesBy(act: () => Promise<unknown>): Promise<number> {
  let woken = 0
  const unhook = onWake(() => woken++)
  await act().finally(unhook)
  return woken
}

const setup = async () => {
  const { id: clubId } = await makeClub()
  const hook = await makeWebhook(clubId, 'https://hooks.example.test/', ['policy.updated'])
  const change = () => updateClubPolicy(operatorOf(clubId), { maxKeyDays: 100 })
  const send = async () => {
    await change()
    await tellAll()
    await db().webhookDelivery.updateMany({ data: { nextAt: null } })
  }
  return { operator: operatorOf(clubId), clubId, id: hook.id, change, send }
}

const invitation = async () => {
  const { userId, clubId } = await makeMember((await makeClub()).id, ['COACH'])
  return { kind: 'invitation', userId, params: { clubId } } as const
}

describe('without the change channel, this process looks at once for', () => {
  it('an event of a change', async () => {
    const { change } = await setup()
    expect(await wakesBy(change)).toBe(1)
  })

  it('the deliveries of an event', async () => {
    const { change } = await setup()
    await change()
    expect(await wakesBy(tellEvents)).toBe(1)
  })

  it('a test', async () => {
    const { operator, id } = await setup()
    expect(await wakesBy(() => testWebhook(operator, { id }))).toBe(1)
  })

  it('what is sent again', async () => {
    const { operator, id, send } = await setup()
    await send()
    const deliveryId = (await deliveriesTo(id))[0]!.id
    expect(await wakesBy(() => retryWebhookDelivery(operator, { id, deliveryId }))).toBe(1)
    expect(await wakesBy(() => replayWebhook(operator, { id, since: new Date(0) }))).toBe(1)
  })

  it('a mail', async () => {
    const mail = await invitation()
    expect(await wakesBy(() => db().$transaction((tx) => queueMail(tx, mail)))).toBe(1)
  })
})

it('what is woken sees what was committed', async () => {
  const { change, clubId } = await setup()
  let seen: Promise<number> | undefined
  const unhook = onWake(() => void (seen = db().event.count({ where: { clubId } })))
  await change()
  unhook()
  expect(await seen).toBe(1)
})

it('nothing is woken by what did not commit', async () => {
  const mail = await invitation()
  const act = async () => {
    const undone = db().$transaction(async (tx) => {
      await queueMail(tx, mail)
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
  }
  expect(await wakesBy(act)).toBe(0)
})

it('whoever puts something into an outbox wakes it: call wakeAfterCommit(tx) beside the statement', () => {
  const puts =
    /INSERT INTO "(Event|WebhookDelivery|OutgoingMail)"|\.(event|webhookDelivery|outgoingMail)\.create/
  const putting = globSync('src/lib/**/*.ts', { exclude: ['src/lib/db/generated/**'] }).filter((file) =>
    puts.test(readFileSync(file, 'utf8')),
  )
  expect(putting.length).toBeGreaterThan(3)
  const silent = putting.filter((file) => !readFileSync(file, 'utf8').includes('wakeAfterCommit(tx)'))
  expect(silent).toEqual([])
})
