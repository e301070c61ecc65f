'use client'

import { useState } from 'react'

/**
 * The focus goes back to the element that opened a dialog; for a menu's item, which is gone by then, to the
 * menu's button. Where that is gone, too, or goes when the page is made anew, the page itself has the focus:
 * never nothing.
 */
export function useOpener(): (event: Event) => void {
  const [opener] = useState(() => {
    const active = document.activeElement
    const menu = active?.closest('[role=menu]')
    return menu ? document.getElementById(menu.getAttribute('aria-labelledby') ?? '') : active
  })
  return (event) => {
    event.preventDefault()
    if (opener instanceof HTMLElement && opener.isConnected) {
      opener.focus()
      focusPageAfter(opener)
    }
    focusPage()
  }
}

const isNowhere = () => document.activeElement === null || document.activeElement === document.body

function focusPage(): void {
  if (isNowhere()) document.getElementById('content')?.focus()
}

/** Watches for as long as the element has the focus. */
function focusPageAfter(element: HTMLElement): void {
  const watch = new MutationObserver(() => {
    if (document.activeElement === element) return
    watch.disconnect()
    if (!element.isConnected) focusPage()
  })
  watch.observe(document.body, { childList: true, subtree: true })
}
