'use client'

import { createContext, use } from 'react'
import type { Outcome } from '../outcome'

export type SessionActs = {
  /**
   * Sends an act to the server. Where the sign-in is too old or has ended, asks for the password in place and
   * sends it again: what was typed stays. After a refusal the page shows how things are now.
   * @param send gets the attempt to hand on to the action
   * @param attempt the one it was sent under before; without it a new one
   */
  act: <Data>(send: (attempt: string) => Promise<Outcome<Data>>, attempt?: string) => Promise<Outcome<Data>>
  /** Asks for the password. @returns whether it was given */
  reauthenticate: () => Promise<boolean>
}

export const SessionContext = createContext<SessionActs | null>(null)

export function useSession(): SessionActs {
  const session = use(SessionContext)
  if (!session) throw new Error('useSession needs a SessionProvider above it')
  return session
}
