'use client'

import { useState } from 'react'
import type { ApiKey } from '@/contracts/api-key'

/** Which keys of the page are chosen. */
export type Selection = {
  chosen: ReadonlySet<string>
  /** How many there are to choose. */
  choosable: number
  choose: (id: string, on: boolean) => void
  chooseAll: (all: boolean) => void
}

/** Of those that are on the page now: what a filter or a page takes away is chosen no longer. */
export function useSelection(keys: readonly ApiKey[]): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const live = keys.filter(({ status }) => status !== 'revoked').map(({ id }) => id)
  const chosen = new Set(live.filter((id) => ids.has(id)))
  const choose = (id: string, on: boolean) =>
    setIds(new Set(on ? [...chosen, id] : [...chosen].filter((one) => one !== id)))
  return {
    chosen,
    choosable: live.length,
    choose,
    chooseAll: (all: boolean) => setIds(new Set(all ? live : [])),
  }
}
