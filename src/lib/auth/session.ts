import type { Transaction } from '../db/client'
import type { ActiveMember } from '../people/member'

/** A sign-in, as the app vouches for it. */
export type Session = {
  /** Of the user in the layer's tables. */
  userId: string
  /** When the person last proved who they are: some acts want that to be recent. */
  authenticatedAt: Date
  /** Its calls are counted under this; without it, all sign-ins of the user under one count. */
  sessionId?: string
  /** Asked in the transaction of a change: a sign-in that has ended meanwhile leaves nothing behind. */
  stillValid?: (tx: Transaction) => Promise<boolean>
  /** The person in the club that was asked for, where the app has read that along; null: no active member. */
  member?: ActiveMember | null
}

/** How the layer learns who is signed in at the app. Whether they may enter a club, it finds out itself. */
export type SessionPort = {
  /**
   * Who is signed in; null: nobody. Asked only for a request without any other credential.
   * @param club the slug that the request names (`X-Club`)
   */
  find: (request: Request, club: string) => Promise<Session | null>
  /** Whether a Cookie header holds a session at all, good or bad. Without it, any cookie may be one. */
  isIn?: (cookie: string) => boolean
  /**
   * The id of the sign-in that a Cookie header proves by its signature alone: for fair turns, not for access.
   */
  claimed?: (cookie: string) => Promise<string | null>
  /** What the session's cookie is called, for the API document. */
  cookieName?: () => string
}
