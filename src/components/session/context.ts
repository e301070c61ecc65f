'use client'

import { createContext, use } from 'react'
import type { Outcome } from '../outcome'

export type SessionActs = {
  /**
   * Sends an act to the server. Where it asks for a recent sign-in, asks for the password in place and sends
   * it again: what was typed stays. What the server no longer lets this person see leaves the page.
   */
  act: <Data>(send: () => Promise<Outcome<Data>>) => Promise<Outcome<Data>>
  /** Asks for the password. @returns whether it was given */
  reauthenticate: () => Promise<boolean>
  /** Tells, for a few seconds, what was done. */
  say: (text: string) => void
}

export const SessionContext = createContext<SessionActs | null>(null)

export function useSession(): SessionActs {
  const session = use(SessionContext)
  if (!session) throw new Error('useSession needs a SessionProvider above it')
  return session
}
