import type { Transaction } from '../db/client'
import type { ActiveMember } from '../people/member'

/** A sign-in, as the app vouches for it. */
export type Session = {
  /** Of the user in the layer's tables. */
  userId: string
  /** When the person last proved who they are: some acts need that to be recent. */
  authenticatedAt: Date
  /** Its calls are counted under this; without it, all sign-ins of the user under one count. */
  sessionId?: string
  /** Called in the transaction of a change, so that a sign-in that has ended meanwhile changes nothing. */
  stillValid?: (tx: Transaction) => Promise<boolean>
  /** The person in the club that was asked for, if the app has read that, too; null: no active member. */
  member?: ActiveMember | null
}

/**
 * How the layer learns who is signed in at the app. The layer itself finds out whether they may enter a club.
 */
export type SessionPort = {
  /**
   * Who is signed in; null: nobody. Asked only for a request without any other credential.
   * @param club the slug that the request names (`X-Club`)
   */
  find: (request: Request, club: string) => Promise<Session | null>
  /**
   * Whether a Cookie header holds a session at all, good or bad. Without this function, any cookie may be
   * one.
   */
  isIn?: (cookie: string) => boolean
  /**
   * The id of the sign-in that a Cookie header proves by its signature alone: enough to take turns by, not to
   * let anybody in.
   */
  claimed?: (cookie: string) => Promise<string | null>
  /** The name of the session's cookie, for the API document. */
  cookieName?: () => string
}
