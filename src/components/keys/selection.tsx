'use client'

import dynamic from 'next/dynamic'
import { useState } from 'react'
import type { ApiKey } from '@/contracts/api-key'
import { Button } from '../ui/button'
import type { KeyActions, Viewer } from './actions'
import type { KeyFilters } from './filters'
import type { KeyCommand } from './key-menu'
import { KeysTable } from './keys-table'
import type { Many } from './revoke-keys-dialog'

const RevokeKeysDialog = dynamic(async () => (await import('./revoke-keys-dialog')).RevokeKeysDialog, {
  ssr: false,
})

type Props = {
  keys: ApiKey[]
  viewer: Viewer
  filter: KeyFilters | null
  revokeMany: KeyActions['revokeMany']
  mayRotate: (key: ApiKey) => boolean
  run: (command: KeyCommand, key: ApiKey) => void
  done: (text: string) => void
}

/** The table, of which several can be chosen and revoked at once. */
export function SelectableKeys({ keys, viewer, filter, revokeMany, mayRotate, run, done }: Props) {
  const [many, revoke] = useState<Many | null>(null)
  const { chosen, choosable, choose, chooseAll } = useSelection(keys)
  const onDone = (text: string) => {
    revoke(null)
    chooseAll(false)
    done(text)
  }
  return (
    <div className="grid gap-2">
      {choosable > 1 && (
        <SelectionBar
          {...{ choosable, chooseAll }}
          chosen={chosen.size}
          revokeChosen={() => revoke({ ids: [...chosen] })}
          revokeMatching={filter && (() => revoke({ filter }))}
        />
      )}
      <KeysTable {...{ keys, viewer, mayRotate, chosen, choose, run }} />
      {many && (
        <RevokeKeysDialog many={many} revokeMany={revokeMany} onClose={() => revoke(null)} onDone={onDone} />
      )}
    </div>
  )
}

/** Of those that are on the page now: what a filter or a page takes away is chosen no longer. */
function useSelection(keys: readonly ApiKey[]) {
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

type BarProps = {
  /** How many of the page's keys are chosen, and how many there are to choose. */
  chosen: number
  choosable: number
  chooseAll: (all: boolean) => void
  revokeChosen: () => void
  /** null: nothing is filtered, and every key of the club is too easily meant. */
  revokeMatching: (() => void) | null
}

/** What can be done with several keys at once. */
function SelectionBar({ chosen, choosable, chooseAll, revokeChosen, revokeMatching }: BarProps) {
  return (
    <div className="flex min-h-11 flex-wrap items-center justify-between gap-x-4 gap-y-2 sm:min-h-9">
      <label className="flex min-h-11 cursor-pointer items-center gap-3 pl-4 text-sm sm:min-h-9">
        <input
          type="checkbox"
          className="size-4.5 accent-accent"
          checked={chosen > 0 && chosen === choosable}
          ref={(box) => {
            if (box) box.indeterminate = chosen > 0 && chosen < choosable
          }}
          onChange={(event) => chooseAll(event.target.checked)}
        />
        <span aria-live="polite">{chosen > 0 ? `${chosen} selected` : 'Select all on this page'}</span>
      </label>
      <div className="flex flex-wrap gap-2">
        {chosen > 0 && (
          <Button look="danger" onClick={revokeChosen}>
            {chosen === 1 ? 'Revoke it…' : `Revoke ${chosen}…`}
          </Button>
        )}
        {revokeMatching && <Button onClick={revokeMatching}>Revoke all that match…</Button>}
      </div>
    </div>
  )
}
