'use client'

import { useRouter } from 'next/navigation'
import { useCallback, useMemo, useState, type ReactNode } from 'react'
import { refusedBy, type Outcome, type Refused } from '../outcome'
import { SessionContext, type SessionActs } from './context'
import { PasswordDialog } from './password-dialog'
import { Status } from './status'

type Person = { email: string; hasPassword: boolean }
type Asked = { answer: (given: boolean) => void }

/**
 * What every signed-in page shares: acts with reauthentication in place, and the line that says what was
 * done.
 */
export function SessionProvider({ person, children }: { person: Person; children: ReactNode }) {
  const router = useRouter()
  const [asked, setAsked] = useState<Asked | null>(null)
  const [said, say] = useState('')
  const reauthenticate = useCallback(() => new Promise<boolean>((answer) => setAsked({ answer })), [])
  const session = useMemo<SessionActs>(() => {
    const act = async <Data,>(send: () => Promise<Outcome<Data>>): Promise<Outcome<Data>> => {
      const outcome = await send().catch((error: unknown) => refusedBy(error, UNREACHABLE))
      if (outcome.ok) return outcome
      if (outcome.code === 'reauthentication_required' && (await reauthenticate())) return act(send)
      if (outcome.code === 'missing_credentials')
        location.assign(`/sign-in?callbackUrl=${encodeURIComponent(location.pathname)}`)
      if (outcome.code === 'not_found') router.refresh()
      return outcome
    }
    return { act, reauthenticate, say }
  }, [reauthenticate, router])
  const close = (given: boolean) => {
    asked?.answer(given)
    setAsked(null)
  }
  return (
    <SessionContext value={session}>
      {children}
      {asked && <PasswordDialog {...person} onClose={close} />}
      <Status text={said} onDone={() => say('')} />
    </SessionContext>
  )
}

const UNREACHABLE: Refused = {
  ok: false,
  code: 'unavailable',
  message: 'The server could not be reached. Nothing was changed. Check your connection and try again.',
  errors: [],
}
