'use client'

import { ArrowLeft } from 'lucide-react'
import Link from 'next/link'
import type { ApiKey } from '@/contracts/api-key'
import { PageTitle } from '../shell/header'
import { Button } from '../ui/button'
import type { KeyActions, Viewer } from './actions'
import type { KeyMaking } from './create-key-dialog'
import { GraceNotice, type Grace } from './grace-notice'
import { mayRotate, useKeyCommands } from './key-commands'
import { KeyFacts, type Relatives } from './key-facts'
import { canRotate, KeyMenu } from './key-menu'
import { KeyStatus } from './key-status'
import type { KeyUse } from './key-use'
import { TokenEnds } from './token-ends'
import { UnusedScopesNotice } from './unused-scopes-notice'

type Props = {
  apiKey: ApiKey
  relatives: Relatives
  /** Of this key, or of the one it replaces. */
  grace: Grace | null
  /** null: not this person’s to see. */
  use: KeyUse | null
  revokedBy: string | null
  /** How many live keys go back to it. */
  made: number
  viewer: Viewer
  making: KeyMaking
  actions: Omit<KeyActions, 'create'>
}

export function KeyPage({ apiKey, relatives, grace, use, revokedBy, made, viewer, making, actions }: Props) {
  const keys = `/clubs/${viewer.club}/keys`
  const { run, dialog, done } = useKeyCommands({
    making,
    actions,
    made: { [apiKey.id]: made },
    afterDelete: keys,
  })
  const rotatable = mayRotate(making, apiKey)
  return (
    <>
      <div className="grid gap-2">
        <Link
          href={keys}
          prefetch={false}
          className="-my-2 flex w-fit items-center gap-1.5 rounded py-2 text-sm text-quiet hover:text-ink"
        >
          <ArrowLeft aria-hidden size={15} /> {viewer.seesEveryone ? 'Keys' : 'My keys'}
        </Link>
        <PageTitle
          title={apiKey.name}
          lead={<Line apiKey={apiKey} />}
          action={
            <div className="-mr-3 flex items-center gap-1 xl:-mr-2">
              {rotatable && canRotate(apiKey) && (
                <Button onClick={() => run('rotate', apiKey)}>Rotate key</Button>
              )}
              <KeyMenu apiKey={apiKey} mayRotate={false} run={(command) => run(command, apiKey)} />
            </div>
          }
        />
      </div>
      {grace && (
        <GraceNotice grace={grace} here={apiKey.id} keys={keys} revoke={actions.revoke} onDone={done} />
      )}
      <UnusedScopesNotice apiKey={apiKey} update={actions.update} onDone={done} />
      <KeyFacts apiKey={apiKey} relatives={relatives} use={use} revokedBy={revokedBy} keys={keys} />
      {viewer.seesAudit && (
        <Link
          href={`/clubs/${viewer.club}/audit?targetId=${apiKey.id}`}
          prefetch={false}
          className="w-fit rounded text-sm font-medium text-accent underline underline-offset-4"
        >
          What happened to this key
        </Link>
      )}
      {dialog}
    </>
  )
}

function Line({ apiKey }: { apiKey: ApiKey }) {
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <span className="flex items-center gap-2 font-mono text-sm">
        <TokenEnds apiKey={apiKey} />
      </span>
      <KeyStatus apiKey={apiKey} />
    </span>
  )
}
