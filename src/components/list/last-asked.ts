'use client'

import { useEffect, useState } from 'react'

const keptAs = (here: string) => `clubkeys list ${here}`

/** Remembers, in this tab, what a list was asked for: whoever goes to one of its rows finds it so again. */
export function useRememberedList(here: string, address: string): void {
  useEffect(() => sessionStorage.setItem(keptAs(here), address), [here, address])
}

/** The list's address as it was last seen in this tab. */
export function useLastAsked(here: string): string {
  const [address, setAddress] = useState(here)
  useEffect(() => {
    const kept = sessionStorage.getItem(keptAs(here))
    // It leads nowhere else, whatever stands there.
    if (kept === here || kept?.startsWith(`${here}?`)) setAddress(kept)
  }, [here])
  return address
}
