import { db, type Transaction } from '../db/client'
import { log } from '../log'
import { claimAgain, claimDue, stillClaimed, type Claimed } from './due'
import { notifier, OCCASIONS, type Notify, type Reminder } from './port'
import { postReminders } from './post'

/** Clubs by the thousand may have something due at once, in milliseconds. */
const CLAIM_MS = 20_000

/**
 * Reminds owners and admins of keys that end soon or that nobody uses: once each, however many processes run.
 * Those who could not be told are told within a day.
 * @returns how many reminders were given
 */
export async function remind(): Promise<number> {
  const due = await db().$transaction(claimAndPost, { timeout: CLAIM_MS })
  const notify = notifier()
  if (!notify) return 0
  const claimed = [...due, ...(await db().$transaction(claimAgain))]
  let told = 0
  for (const clubId of new Set(claimed.map((one) => one.clubId))) {
    const theirs = claimed.filter((one) => one.clubId === clubId)
    told += await tell(notify, clubId, theirs)
  }
  return told
}

async function claimAndPost(tx: Transaction): Promise<Claimed[]> {
  const due = await claimDue(tx)
  await postReminders(tx, due)
  return due
}

/** What the app throws is its own: one club's people keep no other's waiting. @returns how many they heard of */
async function tell(notify: Notify, clubId: string, claimed: readonly Claimed[]): Promise<number> {
  try {
    return await db().$transaction(async (tx) => {
      const some = await stillClaimed(tx, claimed)
      const reminders = await describe(tx, some)
      if (reminders.length > 0 && !(await notify(clubId, reminders, tx))) return 0
      await tx.apiKeyReminder.updateMany({ where: { OR: some.map(placeOf) }, data: { toldAt: new Date() } })
      return reminders.length
    })
  } catch (error) {
    log.warn({ err: error, clubId }, 'nobody could be reminded of keys; it is tried again')
    return 0
  }
}

const placeOf = ({ apiKeyId, kind, about }: Claimed) => ({ apiKeyId, kind, about })

/** As the keys are now: a key that was revoked or prolonged meanwhile needs no reminder. */
async function describe(tx: Transaction, claimed: readonly Claimed[]): Promise<Reminder[]> {
  const keys = await tx.apiKey.findMany({
    relationLoadStrategy: 'join',
    where: { id: { in: claimed.map(({ apiKeyId }) => apiKeyId) }, revokedAt: null },
    select: {
      ...{ id: true, name: true, start: true, last4: true, userId: true, expiresAt: true, createdAt: true },
      use: { select: { lastUsedAt: true } },
    },
  })
  const byId = new Map(keys.map((key) => [key.id, key]))
  return claimed.flatMap(({ apiKeyId, kind, about }) => {
    const row = byId.get(apiKeyId)
    // Another release claimed an occasion that this one does not know: that release tells it.
    const occasion = OCCASIONS.find((known) => known === kind)
    if (!row || !occasion) return []
    const { userId: ownerId, use, createdAt, ...key } = row
    const lastUsedAt = use?.lastUsedAt ?? null
    const now = occasion !== 'unused-90' ? key.expiresAt : (lastUsedAt ?? createdAt)
    if (now?.getTime() !== about.getTime()) return []
    return [{ occasion, key: { ...key, lastUsedAt }, ownerId }]
  })
}
