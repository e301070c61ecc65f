'use client'

import { createContext, use, useEffect, useLayoutEffect } from 'react'

/** What a dialog asks before it closes and something is lost. */
export type LeavingQuestion = { title: string; text: string; stay: string; leave: string }

export const TYPED: LeavingQuestion = {
  title: 'Discard what you typed?',
  text: 'Nothing of it is saved.',
  stay: 'Keep editing',
  leave: 'Discard',
}

export const ON_ITS_WAY: LeavingQuestion = {
  title: 'Leave before the answer?',
  text: 'The server is still working on this. It may be done even if you leave.',
  stay: 'Wait for it',
  leave: 'Leave',
}

export const UNANSWERED: LeavingQuestion = {
  title: 'Leave without the answer?',
  text: 'Nobody knows yet whether this was done. If a key was made, asking again is the only way to see it.',
  stay: 'Stay',
  leave: 'Leave',
}

type Surroundings = {
  /** Closes the dialog, without a question. */
  close: () => void
  /** Does this, unless there is something to lose: then it asks first. @returns whether it did not have to */
  leave: (go: () => void) => boolean
  ask: (question: LeavingQuestion | null) => void
  /** An alert dialog: its way out is the first thing in focus. */
  isAlert: boolean
}

export const DialogContext = createContext<Surroundings | null>(null)

export function useDialog(): Surroundings {
  const dialog = use(DialogContext)
  if (!dialog) throw new Error('useDialog needs a Dialog around it')
  return dialog
}

/** As long as there is a question, the dialog around it asks it before it closes, whichever way. */
export function useAsking(question: LeavingQuestion | null): void {
  const { ask } = useDialog()
  // With the very event that changes it: the next key may be Esc.
  useLayoutEffect(() => {
    ask(question)
    return () => ask(null)
  }, [ask, question])
}

let isOnPurpose = false

/** Leaves for another page by a full load, as the very end of an act: the browser does not ask. */
export function leaveFor(address: string): void {
  isOnPurpose = true
  // Back may bring this document to life again as it was.
  addEventListener('pageshow', () => (isOnPurpose = false), { once: true })
  location.assign(address)
}

/** The browser asks, too, before the tab is closed or reloaded. It has words of its own. */
export function useWarningBeforeLeaving(isLoss: () => boolean): void {
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (!isOnPurpose && isLoss()) event.preventDefault()
    }
    addEventListener('beforeunload', warn)
    return () => removeEventListener('beforeunload', warn)
  }, [isLoss])
}
