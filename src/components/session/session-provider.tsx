'use client'

import dynamic from 'next/dynamic'
import { useRouter } from 'next/navigation'
import { useCallback, useMemo, useState, type ReactNode } from 'react'
import type { ProblemCode } from '@/contracts/problem'
import { refusedBy, type Outcome, type Refused } from '../outcome'
import { useNoEmptyEntry } from '../ui/history-entry'
import { newAttempt } from './attempt'
import { SessionContext, type SessionActs } from './context'

const PasswordDialog = dynamic(async () => (await import('./password-dialog')).PasswordDialog, { ssr: false })

type Person = { email: string; hasPassword: boolean }
/** The sign-in is too old for what is asked, or is no longer there. */
type Why = 'old' | 'ended'
type Asked = { why: Why; answer: (given: boolean) => void }

/** What every signed-in page shares: acts that ask for the password in place where the sign-in does not do. */
export function SessionProvider({ person, children }: { person: Person; children: ReactNode }) {
  const router = useRouter()
  const [asked, setAsked] = useState<Asked | null>(null)
  useNoEmptyEntry()
  const askForPassword = useCallback(
    (why: Why) => new Promise<boolean>((answer) => setAsked({ why, answer })),
    [],
  )
  const session = useMemo<SessionActs>(() => {
    const act: SessionActs['act'] = async (send, attempt = newAttempt()) => {
      const outcome = await send(attempt).then(asFarAsKnown, (error: unknown) => refusedBy(error, NO_ANSWER))
      if (outcome.ok) return outcome
      const why = ANSWERED_BY_PASSWORD[outcome.code]
      if (why && (await askForPassword(why))) return act(send, attempt)
      if (SHOWS_OTHERWISE.has(outcome.code)) router.refresh()
      return outcome
    }
    return { act, reauthenticate: () => askForPassword('old') }
  }, [askForPassword, router])
  const close = (given: boolean) => {
    asked?.answer(given)
    setAsked(null)
  }
  return (
    <SessionContext value={session}>
      {children}
      {asked && <PasswordDialog {...person} hasEnded={asked.why === 'ended'} onClose={close} />}
    </SessionContext>
  )
}

const ANSWERED_BY_PASSWORD: Partial<Record<ProblemCode, Why>> = {
  reauthentication_required: 'old',
  missing_credentials: 'ended',
}

/** After these the page may show what is no longer so. */
const SHOWS_OTHERWISE: ReadonlySet<ProblemCode> = new Set([
  'not_found',
  'conflict',
  'forbidden',
  'insufficient_scope',
])

const NO_ANSWER: Refused = {
  ok: false,
  code: 'unavailable',
  message: 'Nobody knows whether this was done: no answer came. Look at the page again before you repeat it.',
  errors: [],
  lost: true,
}

/**
 * A server that fails in the middle does not know whether it was done, either: its database may have got as
 * far as the commit.
 */
const asFarAsKnown = <Data,>(outcome: Outcome<Data>): Outcome<Data> =>
  !outcome.ok && (outcome.code === 'internal_error' || outcome.code === 'unavailable')
    ? { ...outcome, lost: true }
    : outcome
