import type { Changes } from '../audit/changes'
import { shownAddress } from '../shown-address'

/** What changed of an endpoint, for an audit row. That its address changed is told also where both look alike. */
export function withoutAddress({ url, ...changes }: Changes): Changes {
  if (url === undefined) return changes
  return { url: { from: shownIn(url.from), to: shownIn(url.to) }, ...changes }
}

const shownIn = (url: unknown) => (typeof url === 'string' ? shownAddress(url) : null)
