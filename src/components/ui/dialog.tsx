'use client'

import { X } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { AlertDialog as RadixAlert, Dialog as Radix } from 'radix-ui'
import { useCallback, useRef, useState, type MouseEvent, type ReactNode } from 'react'
import { Button } from './button'
import { useBackCloses } from './history-entry'
import { useKeyboardRoom } from './keyboard-room'
import { DialogContext, useWarningBeforeLeaving, type LeavingQuestion } from './leaving'
import { useOpener } from './opener'
import './style-nonce'

const OVERLAY = 'fixed inset-0 z-50 animate-fade bg-shade'
const PANEL =
  'fixed inset-x-0 bottom-[var(--keyboard,0px)] z-50 flex max-h-[calc((100dvh-var(--keyboard,0px))*0.94)] animate-rise flex-col overflow-hidden rounded-t-2xl border border-line bg-raised shadow-float focus:outline-none sm:inset-x-0 sm:top-0 sm:m-auto sm:h-fit sm:max-h-[min(calc((100dvh-var(--keyboard,0px))*0.94),50rem)] sm:w-[calc(100%-2rem)] sm:rounded-2xl'
const HEAD = 'px-5 pt-5 pr-14 pb-1 sm:px-6 sm:pt-6 sm:pr-16'
const TITLE = 'text-lg leading-snug font-semibold tracking-tight break-words'
/** What holds a foot is a column: in a grid, each row keeps what is in it, and nothing sticks. */
const BODY =
  'under-head flex min-h-0 scroll-pb-32 flex-col gap-4 overflow-y-auto overscroll-contain px-5 *:shrink-0 sm:px-6 [&_:has(>[data-foot])]:flex [&_:has(>[data-foot])]:flex-col [&:not(:has([data-foot]))]:pb-6'
const SAID = 'text-sm text-pretty break-words text-quiet'

/** A dialog is open as long as it is rendered. */
type Props = {
  title: string
  description: ReactNode
  onClose: () => void
  children: ReactNode
  wide?: boolean
  /** What closing it would lose: asked first, whether by Back, Esc, the X, a click outside or a link. */
  asks?: LeavingQuestion | null
}

/**
 * Title and X stay in sight, and so do the buttons of the form in it (`DialogForm`) or of its foot
 * (`DialogActions`). It is an entry in the browser's history: Back closes it.
 */
export function Dialog({ title, description, onClose, children, wide = false, asks = null }: Props) {
  const { surroundings, leave, followLink, question } = useClosing(onClose, asks, false)
  const giveFocusBack = useOpener()
  return (
    <DialogContext value={surroundings}>
      <Radix.Root open onOpenChange={(next) => !next && leave(onClose)}>
        <Radix.Portal>
          <Radix.Overlay className={OVERLAY} />
          <Radix.Content
            className={`${PANEL} ${wide ? 'sm:max-w-2xl' : 'sm:max-w-md'}`}
            onCloseAutoFocus={giveFocusBack}
            onClickCapture={followLink}
          >
            <div className={HEAD}>
              <Radix.Title className={TITLE}>{title}</Radix.Title>
            </div>
            <div className={BODY}>
              <Radix.Description className={SAID}>{description}</Radix.Description>
              {children}
            </div>
            <Radix.Close
              aria-label="Close"
              className="absolute top-3 right-3 grid size-11 place-items-center rounded-lg text-quiet hover:bg-well hover:text-ink"
            >
              <X aria-hidden size={18} />
            </Radix.Close>
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
      {question}
    </DialogContext>
  )
}

/** Asks before something that cannot be undone: a click outside is no answer. */
export function AlertDialog({ title, description, onClose, children, asks = null }: Omit<Props, 'wide'>) {
  const { surroundings, leave, followLink, question } = useClosing(onClose, asks, true)
  const giveFocusBack = useOpener()
  return (
    <DialogContext value={surroundings}>
      <RadixAlert.Root open onOpenChange={(next) => !next && leave(onClose)}>
        <RadixAlert.Portal>
          <RadixAlert.Overlay className={OVERLAY} />
          <RadixAlert.Content
            className={`${PANEL} sm:max-w-md`}
            onCloseAutoFocus={giveFocusBack}
            onClickCapture={followLink}
          >
            <div className={HEAD}>
              <RadixAlert.Title className={TITLE}>{title}</RadixAlert.Title>
            </div>
            <div className={BODY}>
              <RadixAlert.Description className={SAID}>{description}</RadixAlert.Description>
              {children}
            </div>
          </RadixAlert.Content>
        </RadixAlert.Portal>
      </RadixAlert.Root>
      {question}
    </DialogContext>
  )
}

/** The way out of an alert dialog: it has the focus first, so that Enter alone does no harm. */
export function AlertCancel({ children }: { children: ReactNode }) {
  return (
    <RadixAlert.Cancel asChild>
      <Button>{children}</Button>
    </RadixAlert.Cancel>
  )
}

/** The buttons at the foot, which stay in sight; the main one is the last. `said` stands above them. */
export function DialogActions({ children, said }: { children: ReactNode; said?: ReactNode }) {
  return (
    <div
      data-foot
      className="sticky bottom-0 -mx-5 grid gap-3 border-t border-line bg-raised px-5 pt-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:-mx-6 sm:px-6 sm:py-4"
    >
      {said}
      <div className="flex flex-wrap-reverse gap-2 *:grow sm:justify-end sm:*:grow-0">{children}</div>
    </div>
  )
}

type Leaving = { question: LeavingQuestion; go: () => void }

/** Every way out of a dialog leads through `leave`, which asks first where there is something to lose. */
function useClosing(onClose: () => void, asks: LeavingQuestion | null, isAlert: boolean) {
  const within = useRef<LeavingQuestion | null>(null)
  const [leaving, setLeaving] = useState<Leaving | null>(null)
  const router = useRouter()
  const ask = useCallback((question: LeavingQuestion | null) => void (within.current = question), [])
  const isLoss = useCallback(() => (asks ?? within.current) !== null, [asks])
  const leave = (go: () => void): boolean => {
    const question = asks ?? within.current
    if (question) setLeaving({ question, go })
    else go()
    return question === null
  }
  useBackCloses(() => leave(onClose))
  useWarningBeforeLeaving(isLoss)
  useKeyboardRoom()
  const followLink = (event: MouseEvent) => {
    const link = linkToFollow(event)
    if (!link) return
    event.preventDefault()
    event.stopPropagation()
    // In the place of the dialog's own entry: Back from there leads to the page.
    leave(() => router.replace(link))
  }
  return {
    surroundings: { close: onClose, leave, ask, isAlert },
    leave,
    followLink,
    question: leaving && <AskBeforeLeaving {...leaving} onStay={() => setLeaving(null)} />,
  }
}

/** The question itself, with both answers. */
export function AskBeforeLeaving({ question, go, onStay }: Leaving & { onStay: () => void }) {
  const leave = () => {
    onStay()
    go()
  }
  return (
    <AlertDialog title={question.title} description={question.text} onClose={onStay}>
      <DialogActions>
        <AlertCancel>{question.stay}</AlertCancel>
        <Button look="danger" onClick={leave}>
          {question.leave}
        </Button>
      </DialogActions>
    </AlertDialog>
  )
}

/** As the browser tells of it, or React. */
type Click = Pick<globalThis.MouseEvent, 'target' | 'button' | 'metaKey' | 'ctrlKey' | 'shiftKey' | 'altKey'>

/** The address of a page of ours that a plain click leads to. */
export function linkToFollow(event: Click): string | null {
  const link = (event.target as Element).closest('a')
  if (!link?.href || link.target || link.origin !== location.origin || link.hasAttribute('download'))
    return null
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null
  return link.pathname + link.search + link.hash
}
