'use client'

import { useEffect, useState } from 'react'

/**
 * The focus goes back to the element that opened a dialog; for a menu's item, which is gone by then, to the
 * menu's button. Where that is gone, too, the page itself has the focus: never nothing.
 */
export function useOpener(): (event: Event) => void {
  const [opener] = useState(() => {
    const active = document.activeElement
    const menu = active?.closest('[role=menu]')
    return menu ? document.getElementById(menu.getAttribute('aria-labelledby') ?? '') : active
  })
  return (event) => {
    event.preventDefault()
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus()
    if (isNowhere()) focusPage()
  }
}

const isNowhere = () => document.activeElement === null || document.activeElement === document.body
const focusPage = () => document.getElementById('content')?.focus({ preventScroll: true })

/** Where the element with the focus goes, since the page is made anew, the page itself has it. */
export function useFocusKept(): void {
  useEffect(() => {
    let last: EventTarget | null = null
    const note = ({ target }: FocusEvent) => (last = target)
    const watch = new MutationObserver(() => {
      if (!(last instanceof Element) || last.isConnected || !isNowhere()) return
      // What is open has the focus to itself, and keeps it.
      if (document.querySelector('[role=dialog], [role=alertdialog], [role=menu]')) return
      last = null
      focusPage()
    })
    document.addEventListener('focusin', note)
    watch.observe(document.body, { childList: true, subtree: true })
    return () => {
      document.removeEventListener('focusin', note)
      watch.disconnect()
    }
  }, [])
}
