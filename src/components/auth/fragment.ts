let taken: string | undefined

/**
 * The address's fragment, taken out of the address bar and the history. Asked again, as React does in
 * development, it is still known.
 */
export function takeFragment(): string {
  if (location.hash.length > 1) {
    taken = location.hash.slice(1)
    history.replaceState(history.state, '', location.pathname + location.search)
  }
  return taken ?? ''
}
