import { setTimeout as sleep } from 'node:timers/promises'
import { db } from '@/lib/db/client'
import { followChanges } from '@/lib/auth/follow-changes'
import { updateClubPolicy } from '@/lib/policy/update-policy'
import { resolveBy } from '@/lib/webhooks/resolve'
import { sendWebhooks, stopWebhooks } from '@/lib/webhooks/work'
import { makeClub, useDatabase } from '../../support/club'
import { useNameServer } from '../../support/name-server'
import { useReceiver } from '../../support/receiver'
import { endpoint, makeWebhook, operatorOf } from '../../support/webhooks'

process.env.WEBHOOK_ALLOW_NETWORKS = '127.0.0.0/8'

useDatabase()
const good = useReceiver()
const slow = useReceiver()
// Or nobody is woken by a change.
beforeAll(followChanges)
afterEach(stopWebhooks)

/** More than a process sends at once. */
const CLUBS = 8
const EACH = 10
/** A patient receiver's answer, in milliseconds: it is taken, so that the endpoint never counts as failing. */
const HELD_MS = 10_000

// No bound of one host is reached.
const names = useNameServer(
  Object.fromEntries(
    Array.from({ length: CLUBS }, (_, n) => [
      `slow-${n}.test`,
      (kind) => (kind === 'A' ? ['127.0.0.1'] : []),
    ]),
  ),
)
beforeAll(() => resolveBy([names.address()]))

const setup = async (receiver: typeof good, hooks: number, host = '127.0.0.1') => {
  const { id: clubId } = await makeClub()
  const url = receiver.url().replace('127.0.0.1', host)
  const made = []
  for (let n = 0; n < hooks; n++) made.push(await makeWebhook(clubId, url, ['policy.updated']))
  let days = 100
  return { hooks: made, happen: () => updateClubPolicy(operatorOf(clubId), { maxKeyDays: ++days }) }
}
const until = async (what: string, done: () => boolean | Promise<boolean>, ms: number) => {
  for (const end = Date.now() + ms; !(await done()); await sleep(10))
    if (Date.now() > end) throw new Error(`it never came to this within ${ms} ms: ${what}`)
}

it('eighty receivers that keep every connection hold no other club’s event back', async () => {
  slow.behave((response) => void setTimeout(() => response.writeHead(200).end(), HELD_MS))
  const clubs = []
  for (let n = 0; n < CLUBS; n++) clubs.push(await setup(slow, EACH, `slow-${n}.test`))
  const other = await setup(good, 1)
  sendWebhooks()
  for (const { happen } of clubs) await happen()
  await until('all are held', () => slow.got.length === CLUBS * EACH, 8_000)
  const times: number[] = []
  for (let n = 0; n < 10; n++) {
    const from = Date.now()
    await other.happen()
    await until('it has arrived', () => good.got.length > n, 5_000)
    times.push(Date.now() - from)
  }
  expect(times.filter((ms) => ms > 2_000)).toEqual([])
  expect(slow.now()).toBe(CLUBS * EACH)
  // From now on they take room from each other alone.
  await until('all are over', () => slow.now() === 0, HELD_MS + 3_000)
  const known = () => db().webhookEndpoint.count({ where: { slow: true } })
  await until('each is on record', async () => (await known()) === CLUBS * EACH, 5_000)
  expect((await endpoint(other.hooks[0]!.id)).slow).toBe(false)
}, 60_000)
