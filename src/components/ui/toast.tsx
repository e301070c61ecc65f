'use client'

import { X } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { createContext, use, useCallback, useEffect, useState, type ReactNode } from 'react'
import type { Outcome } from '../outcome'

type Options = {
  /** Takes back what was done: an act of its own, with its own row in the audit log. */
  undo?: () => Promise<Outcome<unknown>>
  /** Something was refused: it stays until it is closed. */
  refused?: boolean
}
/** Tells what was done, for a few seconds: never the only place of something that has to be read. */
export type ShowToast = (text: string, options?: Options) => void
type Toast = Options & { id: number; text: string }

const SHOWN_MS = 6_000
const UNDOABLE_MS = 12_000
const MOST = 3

const ToastContext = createContext<ShowToast | null>(null)

export function useToast(): ShowToast {
  const toast = use(ToastContext)
  if (!toast) throw new Error('useToast needs a ToastProvider above it')
  return toast
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([])
  const [held, hold] = useState(false)
  const show = useCallback<ShowToast>(
    (text, options) =>
      setToasts((shown) => [...shown.slice(1 - MOST), { ...options, text, id: (shown.at(-1)?.id ?? 0) + 1 }]),
    [],
  )
  const remove = (id: number) => setToasts((shown) => shown.filter((toast) => toast.id !== id))
  return (
    <ToastContext value={show}>
      {children}
      {/* Always in the page, so that screen readers watch it before it has something to say. */}
      <div
        role="status"
        aria-atomic="false"
        className="pointer-events-none fixed inset-x-4 bottom-[max(1rem,env(safe-area-inset-bottom))] z-[60] grid justify-items-center gap-2 sm:bottom-6"
        onPointerEnter={() => hold(true)}
        onPointerLeave={() => hold(false)}
        onFocus={() => hold(true)}
        onBlur={() => hold(false)}
      >
        {toasts.map((toast) => (
          <Line key={toast.id} toast={toast} held={held} show={show} onGone={() => remove(toast.id)} />
        ))}
      </div>
    </ToastContext>
  )
}

type LineProps = { toast: Toast; held: boolean; show: ShowToast; onGone: () => void }
const BUTTON =
  'pointer-events-auto flex h-11 items-center rounded-md text-paper outline-paper hover:bg-paper/15 sm:h-8'

function Line({ toast: { text, undo, refused = false }, held, show, onGone }: LineProps) {
  const [pending, setPending] = useState(false)
  const router = useRouter()
  useEffect(() => {
    if (held || refused || pending) return
    const timer = setTimeout(onGone, undo ? UNDOABLE_MS : SHOWN_MS)
    return () => clearTimeout(timer)
    // `onGone` is made anew with every toast; the time of this one goes on.
  }, [held, refused, pending, undo])
  const close = () => {
    onGone()
    document.getElementById('content')?.focus()
  }
  const takeBack = async (act: NonNullable<typeof undo>) => {
    setPending(true)
    const outcome = await act()
    close()
    if (outcome.ok) show('Undone.')
    else show(outcome.message, { refused: true })
    router.refresh()
  }
  return (
    <div
      role={refused ? 'alert' : undefined}
      className="pointer-events-auto flex max-w-full min-w-0 animate-rise items-center gap-2 rounded-lg bg-ink py-1 pr-1 pl-4 text-sm font-medium text-paper shadow-float sm:max-w-lg"
    >
      <span className="min-w-0 py-1.5 break-words">{text}</span>
      {undo && (
        <button
          type="button"
          aria-disabled={pending}
          onClick={() => !pending && void takeBack(undo)}
          className={`${BUTTON} px-3 underline underline-offset-4`}
        >
          {pending ? 'Undoing…' : 'Undo'}
        </button>
      )}
      <button
        type="button"
        aria-label="Dismiss"
        onClick={close}
        className={`${BUTTON} w-11 justify-center sm:w-8`}
      >
        <X aria-hidden size={16} />
      </button>
    </div>
  )
}
