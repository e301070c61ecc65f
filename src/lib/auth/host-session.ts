import type { Transaction } from '../db/client'

/** A sign-in at the app that this layer stands in, as that app vouches for it. */
export type HostSession = {
  /** Of the user in the layer's tables. */
  userId: string
  /** When the person last proved who they are: some acts want that to be recent. */
  authenticatedAt: Date
  /** Its calls are counted under this; without it, all sign-ins of the user under one count. */
  sessionId?: string
  /** Asked in the transaction of a change: a sign-in that has ended meanwhile leaves nothing behind. */
  stillValid?: (tx: Transaction) => Promise<boolean>
}
