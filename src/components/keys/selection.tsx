'use client'

import dynamic from 'next/dynamic'
import { useState } from 'react'
import type { ApiKey } from '@/contracts/api-key'
import { Button } from '../ui/button'
import type { KeyActions } from './actions'
import type { KeyFilters } from './filters'
import type { KeyCommand } from './key-menu'
import { KeysTable, type Listed } from './keys-table'
import type { Many } from './revoke-keys-dialog'
import { useSelection, type Selection } from './use-selection'

const RevokeKeysDialog = dynamic(async () => (await import('./revoke-keys-dialog')).RevokeKeysDialog, {
  ssr: false,
})

type Props = Listed & {
  filter: KeyFilters | null
  /** Whether the filter finds more than this page shows. */
  isPart: boolean
  actions: Pick<KeyActions, 'revokeMany' | 'revocable'>
  mayRotate: (key: ApiKey) => boolean
  run: (command: KeyCommand, key: ApiKey) => void
  done: (text: string) => void
}

/** The table, of which several can be chosen and revoked at once. */
export function SelectableKeys({ filter, isPart, actions, done, ...table }: Props) {
  const [many, revoke] = useState<Many | null>(null)
  const selection = useSelection(table.keys)
  const { chosen, choosable, chooseAll } = selection
  const onDone = (text: string) => {
    revoke(null)
    chooseAll(false)
    done(text)
  }
  const matching = filter && isPart && chosen.size === choosable ? { filter } : null
  return (
    <>
      <KeysTable {...table} selection={selection} />
      <SelectionBar
        chosen={chosen.size}
        choosable={choosable}
        chooseAll={chooseAll}
        revokeChosen={() => revoke({ ids: [...chosen] })}
        revokeMatching={matching && (() => revoke(matching))}
      />
      {many && <RevokeKeysDialog many={many} {...actions} onClose={() => revoke(null)} onDone={onDone} />}
    </>
  )
}

type BarProps = Pick<Selection, 'choosable' | 'chooseAll'> & {
  chosen: number
  revokeChosen: () => void
  /** null: not all of the page are chosen, or there are no others; or nothing is filtered, and every key of the club is too easily meant. */
  revokeMatching: (() => void) | null
}

/** What can be done with the chosen keys: it stands over the page, so that nothing moves when it comes. */
function SelectionBar({ chosen, choosable, chooseAll, revokeChosen, revokeMatching }: BarProps) {
  return (
    <div
      className={`pointer-events-none sticky bottom-4 z-20 flex justify-center ${chosen === 0 ? 'sr-only' : ''}`}
    >
      <div className="pointer-events-auto flex flex-wrap items-center justify-center gap-2 rounded-xl border border-line bg-raised py-2 pr-2 pl-4 shadow-float">
        <span role="status" className="mr-2 text-sm font-medium tabular-nums">
          {chosen > 0 && `${chosen} selected`}
        </span>
        {chosen > 0 && (
          <>
            {chosen < choosable && (
              <Button look="quiet" className="md:hidden" onClick={() => chooseAll(true)}>
                Select all
              </Button>
            )}
            <Button look="quiet" onClick={() => chooseAll(false)}>
              Clear
            </Button>
            {revokeMatching && <Button onClick={revokeMatching}>Revoke all that match…</Button>}
            <Button look="danger" onClick={revokeChosen}>
              {chosen === 1 ? 'Revoke it…' : `Revoke ${chosen}…`}
            </Button>
          </>
        )}
      </div>
    </div>
  )
}
