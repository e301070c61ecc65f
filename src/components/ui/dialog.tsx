'use client'

import { X } from 'lucide-react'
import { AlertDialog as RadixAlert, Dialog as Radix } from 'radix-ui'
import { useState, type ReactNode } from 'react'
import { Button } from './button'
import './style-nonce'

const OVERLAY = 'fixed inset-0 z-50 animate-fade bg-shade'
const PANEL =
  'fixed inset-x-0 bottom-0 z-50 grid max-h-[92dvh] grid-cols-1 animate-rise gap-5 overflow-y-auto overscroll-contain rounded-t-2xl border border-line bg-raised p-5 pb-[max(1.25rem,env(safe-area-inset-bottom))] shadow-float focus:outline-none sm:inset-0 sm:m-auto sm:h-fit sm:max-h-[min(94dvh,50rem)] sm:w-[calc(100%-2rem)] sm:rounded-2xl sm:p-6'
const TITLE = 'text-lg leading-snug font-semibold tracking-tight'

/** The way out of an alert dialog: it has the focus first, so that Enter alone does no harm. */
export function AlertCancel({ children }: { children: ReactNode }) {
  return (
    <RadixAlert.Cancel asChild>
      <Button>{children}</Button>
    </RadixAlert.Cancel>
  )
}

/** A dialog is open as long as it is rendered. */
type Props = {
  onClose: () => void
  title: string
  description: ReactNode
  children: ReactNode
  wide?: boolean
  /** Whether Esc, a click outside and the corner's X close it. */
  dismissible?: boolean
}

export function Dialog({ onClose, title, description, children, wide = false, dismissible = true }: Props) {
  const giveFocusBack = useOpener()
  const keep = (event: Event) => {
    if (!dismissible) event.preventDefault()
  }
  return (
    <Radix.Root open onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={OVERLAY} />
        <Radix.Content
          className={`${PANEL} ${wide ? 'sm:max-w-2xl' : 'sm:max-w-md'}`}
          onCloseAutoFocus={giveFocusBack}
          onEscapeKeyDown={keep}
          onInteractOutside={keep}
        >
          <div className="grid gap-1 pr-10">
            <Radix.Title className={TITLE}>{title}</Radix.Title>
            <Radix.Description className="text-sm text-quiet">{description}</Radix.Description>
          </div>
          {children}
          {dismissible && (
            <Radix.Close
              aria-label="Close"
              className="absolute top-3 right-3 grid size-10 place-items-center rounded-lg text-quiet hover:bg-well hover:text-ink"
            >
              <X aria-hidden size={18} />
            </Radix.Close>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** Asks before something that cannot be undone: a click outside is no answer. */
export function AlertDialog({ onClose, title, description, children }: Omit<Props, 'wide' | 'dismissible'>) {
  const giveFocusBack = useOpener()
  return (
    <RadixAlert.Root open onOpenChange={(next) => !next && onClose()}>
      <RadixAlert.Portal>
        <RadixAlert.Overlay className={OVERLAY} />
        <RadixAlert.Content className={`${PANEL} sm:max-w-md`} onCloseAutoFocus={giveFocusBack}>
          <div className="grid gap-1.5">
            <RadixAlert.Title className={`${TITLE} break-words`}>{title}</RadixAlert.Title>
            <RadixAlert.Description className="text-sm text-quiet">{description}</RadixAlert.Description>
          </div>
          {children}
        </RadixAlert.Content>
      </RadixAlert.Portal>
    </RadixAlert.Root>
  )
}

/**
 * The focus goes back to the element that opened it; for a menu's item, which is gone by then, to the menu's
 * button.
 */
function useOpener() {
  const [opener] = useState(() => {
    const active = document.activeElement
    const menu = active?.closest('[role=menu]')
    return menu ? document.getElementById(menu.getAttribute('aria-labelledby') ?? '') : active
  })
  return (event: Event) => {
    event.preventDefault()
    const target = opener?.isConnected ? opener : document.getElementById('content')
    if (target instanceof HTMLElement) target.focus()
  }
}

/** The buttons at the foot; on a phone one above the other, the main one first. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className="flex flex-col-reverse gap-2 pt-1 sm:flex-row sm:justify-end">{children}</div>
}
