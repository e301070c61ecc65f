'use client'

import { useEffect, useLayoutEffect, useRef } from 'react'

/** In the state of an entry that we made: a page that finds it without a dialog leaves it again. */
const MARK = 'clubkeysDialog'

/** Something open that Back closes. `back` returns false where it stays open, to ask first. */
type Layer = { back: () => boolean }

let layers: Layer[] = []
/** Which entry is the current one, or is about to be: moves through the history take their time. */
let place: 'page' | 'entry' | 'to-page' | 'to-entry' = 'page'
/** The address of the page below; another one says that the router has gone on. */
let href = ''
let listens = false

/**
 * While anything is open, the page has one more entry in the browser's history, of the same address: Back
 * leaves that entry and not the page. There is one for all that is open, and it is the last one, so that
 * Forward leads back to it when something stays. The router never hears of it.
 * @param back closes what is on top; false: it stays
 */
export function useBackCloses(back: () => boolean): void {
  const latest = useRef(back)
  useLayoutEffect(() => {
    latest.current = back
    // A refresh of the page writes the state anew, without the mark.
    if (place === 'entry' && location.href === href && !isMarked(history.state)) mark()
  })
  useEffect(() => {
    const layer = { back: () => latest.current() }
    listen()
    layers.push(layer)
    // Later: where one dialog takes the place of another, the entry stays.
    setTimeout(settle)
    return () => {
      layers = layers.filter((one) => one !== layer)
      setTimeout(settle)
    }
  }, [])
}

/** Goes back from the page itself, whatever is open on it: nothing asks any more. */
export function leavePage(): void {
  const steps = place === 'entry' ? -2 : -1
  layers = []
  place = 'page'
  history.go(steps)
}

/** Leaves an entry of ours that has nothing to show: after a reload, or Forward. */
export function useNoEmptyEntry(): void {
  useEffect(() => {
    listen()
    if (place === 'page' && isMarked(history.state)) history.back()
  }, [])
}

const isMarked = (state: unknown): boolean => typeof state === 'object' && state !== null && MARK in state

const mark = () => history.replaceState({ ...(history.state as object | null), [MARK]: true }, '')

function listen(): void {
  if (listens) return
  listens = true
  // Before the router's own listener, which would take the entry for a page.
  addEventListener('popstate', onPopState, { capture: true })
}

/** Makes the entry, or leaves it, as what is open asks for. */
function settle(): void {
  if (place === 'page' && layers.length > 0) {
    href = location.href
    history.pushState({ [MARK]: true }, '')
    place = 'entry'
  } else if (place === 'entry' && layers.length === 0) {
    if (location.href !== href) {
      place = 'page'
      return
    }
    mark()
    place = 'to-page'
    history.back()
  }
}

function onPopState(event: PopStateEvent): void {
  if (place === 'to-page' || place === 'to-entry') {
    event.stopImmediatePropagation()
    if (place === 'to-entry' && location.href !== href) return history.forward()
    place = place === 'to-entry' ? 'entry' : 'page'
    settle()
  } else if (place === 'page') {
    if (!isMarked(event.state)) return
    event.stopImmediatePropagation()
    history.back()
  } else {
    leaveEntry(event)
  }
}

/** The person went back: one entry, which closes what is on top, or further, which closes everything. */
function leaveEntry(event: PopStateEvent): void {
  const further = location.href !== href
  while (layers.at(-1)?.back()) {
    layers.pop()
    if (!further) break
  }
  if (layers.length > 0) {
    event.stopImmediatePropagation()
    place = 'to-entry'
    history.forward()
    return
  }
  place = 'page'
  if (!further) event.stopImmediatePropagation()
}
