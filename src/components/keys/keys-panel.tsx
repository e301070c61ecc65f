'use client'

import dynamic from 'next/dynamic'
import { useRouter } from 'next/navigation'
import { useState, type ReactNode } from 'react'
import { listAddress } from '../list/address'
import { useRememberedList } from '../list/last-asked'
import { ListHeading, Pager, type Paging } from '../list/pager'
import { PageTitle } from '../shell/header'
import { Button } from '../ui/button'
import type { KeyActions, Viewer } from './actions'
import type { KeyMaking } from './create-key-dialog'
import type { KeyFilters } from './filters'
import { mayRotate, useKeyCommands } from './key-commands'
import type { Listed } from './keys-table'
import { SelectableKeys } from './selection'

const CreateKeyDialog = dynamic(async () => (await import('./create-key-dialog')).CreateKeyDialog, {
  ssr: false,
})

// Seldom shown: most pages do without them.
const NoKeys = dynamic(async () => (await import('./no-keys')).NoKeys)
const NoMaking = dynamic(async () => (await import('./no-making')).NoMaking)

type Props = Listed & {
  making: KeyMaking
  actions: Omit<KeyActions, 'create' | 'createHoney'>
  /** How many live keys go back to each. */
  made: Readonly<Record<string, number>>
  /** What the page was asked for, without its order; null where it shows every key. */
  filter: KeyFilters | null
  paging: Paging
  /** The bar to ask by. */
  children: ReactNode
}

export function KeysPanel({ making, actions, made, filter, paging, children, ...listed }: Props) {
  const { keys, viewer, given } = listed
  const [creating, setCreating] = useState(false)
  const { run, dialog, done } = useKeyCommands({ making, actions, made, afterDelete: null })
  const router = useRouter()
  const here = `/clubs/${viewer.club}/keys`
  useRememberedList(here, listAddress(here, given))
  const create =
    making.owners.length > 0 ? (
      <Button look="primary" onClick={() => setCreating(true)}>
        Create key
      </Button>
    ) : (
      <NoMaking making={making} />
    )
  const isFirst = paging.previous === null
  return (
    <>
      <PageTitle
        title={viewer.seesEveryone ? 'Keys' : 'My keys'}
        lead={lead(viewer)}
        action={keys.length > 0 || !isFirst || filter ? create : null}
      />
      {children}
      <div className="grid grid-cols-1 gap-3">
        <ListHeading paging={paging} />
        {keys.length > 0 ? (
          <SelectableKeys
            {...listed}
            {...{ filter, actions, run, done }}
            isPart={paging.next !== null || !isFirst}
            mayRotate={(key) => mayRotate(making, key)}
          />
        ) : (
          <NoKeys filtered={filter !== null} later={!isFirst} create={create} />
        )}
        <Pager {...paging} />
      </div>
      {creating && (
        <CreateKeyDialog {...making} onCreated={() => router.refresh()} onClose={() => setCreating(false)} />
      )}
      {dialog}
    </>
  )
}

const lead = ({ seesEveryone }: Viewer) =>
  seesEveryone
    ? 'Every key of the club. A key can do no more than its owner can, and stops when its owner leaves.'
    : 'A key can do no more than you can, and stops when you leave the club.'
