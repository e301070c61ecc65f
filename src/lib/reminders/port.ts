import type { Transaction } from '../db/client'

/**
 * Why owner and admins hear of a key: it ends within so many days, has ended, or was not used for so many.
 */
export const OCCASIONS = ['ends-14', 'ends-3', 'ends-0', 'unused-90'] as const
export type Occasion = (typeof OCCASIONS)[number]

export type Reminder = {
  occasion: Occasion
  key: {
    id: string
    name: string
    start: string | null
    last4: string | null
    expiresAt: Date | null
    lastUsedAt: Date | null
  }
  ownerId: string
}

/**
 * Tells the owners and the admins of a club.
 * @param tx in which it goes on record that they were told: what is queued in it is queued once
 * @returns false: they could not be told now, and it must be tried again; so it is when it throws
 */
export type Notify = (clubId: string, reminders: readonly Reminder[], tx: Transaction) => Promise<boolean>

/** On `globalThis`: the framework loads modules more than once. */
const shared = globalThis as typeof globalThis & { clubkeysNotify?: Notify }

/** The app says how people are told; until then there are no reminders. */
export const notifyBy = (notify: Notify): void => void (shared.clubkeysNotify = notify)

export const notifier = (): Notify | undefined => shared.clubkeysNotify
