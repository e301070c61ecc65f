'use client'

import type { ReactNode } from 'react'
import type { ApiKey } from '@/contracts/api-key'
import type { KeyActions, Viewer } from './actions'
import type { KeyMaking } from './create-key-dialog'
import { GraceNotice, type Grace } from './grace-notice'
import { mayRotate, useKeyCommands } from './key-commands'
import { KeyDescendants, type Descendants } from './key-descendants'
import { KeyGlance } from './key-glance'
import { KeyHead } from './key-head'
import { HoneyNotice } from './honey-notice'
import { KeyHistory, type Relatives } from './key-history'
import { KeyPlaces, type SeenFrom } from './key-places'
import { KeyScopes, type ScopeUse } from './key-scopes'
import { EditButton, KeySection } from './key-section'
import { KeySettings } from './key-settings'
import { KeyStateNotice } from './key-state-notice'
import { LeakNotice } from './leak-notice'
import { UnusedScopesNotice } from './unused-scopes-notice'

/** What a key did. `calls` is drawn by the server. */
export type KeyUse = { calls: ReactNode; places: readonly SeenFrom[]; scopeUses: readonly ScopeUse[] }

type Props = {
  apiKey: ApiKey
  relatives: Relatives
  /** Of this key, or of the one it replaces. */
  grace: Grace | null
  /** null: not this person’s to see. */
  use: KeyUse | null
  revokedBy: string | null
  made: Descendants
  viewer: Viewer
  making: KeyMaking
  actions: Omit<KeyActions, 'create' | 'createHoney'>
  /** What happened to it, for those who may read the audit log. */
  audit: ReactNode
}

export function KeyPage(props: Props) {
  const { apiKey, grace, use, revokedBy, made, viewer, making, actions } = props
  const keys = `/clubs/${viewer.club}/keys`
  const { run, dialog, done } = useKeyCommands({
    making,
    actions,
    made: { [apiKey.id]: made.count },
    afterDelete: keys,
  })
  return (
    <>
      <KeyHead
        apiKey={apiKey}
        back={{ href: keys, title: viewer.seesEveryone ? 'Keys' : 'My keys' }}
        rotatable={mayRotate(making, apiKey)}
        run={(command) => run(command, apiKey)}
      />
      {grace && (
        <GraceNotice grace={grace} here={apiKey.id} keys={keys} revoke={actions.revoke} onDone={done} />
      )}
      <LeakNotice apiKey={apiKey} />
      <HoneyNotice apiKey={apiKey} />
      {(!apiKey.honey || apiKey.revokedAt) && <KeyStateNotice apiKey={apiKey} by={revokedBy} />}
      <KeyGlance apiKey={apiKey} />
      {use && <KeySection title="Calls">{use.calls}</KeySection>}
      <div className="grid grid-cols-1 items-start gap-x-12 gap-y-8 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <Doing {...props} keys={keys} done={done} editScopes={() => run('scopes', apiKey)} />
        <div className="grid grid-cols-1 gap-8">
          <KeySection title="Settings">
            <KeySettings apiKey={apiKey} run={(command) => run(command, apiKey)} />
          </KeySection>
          <KeySection title="History">
            <KeyHistory apiKey={apiKey} relatives={props.relatives} keys={keys} />
          </KeySection>
        </div>
      </div>
      {dialog}
    </>
  )
}

type DoingProps = Props & { keys: string; done: (text: string) => void; editScopes: () => void }

/** What it may do and where it does it, and what was done with it. */
function Doing({ apiKey, use, made, audit, actions, keys, done, editScopes }: DoingProps) {
  const isLive = apiKey.status !== 'revoked' && apiKey.status !== 'expired' && !apiKey.honey
  return (
    <div className="grid min-w-0 grid-cols-1 gap-8">
      <KeySection title="Scopes" action={isLive && <EditButton what="scopes" onClick={editScopes} />}>
        <UnusedScopesNotice apiKey={apiKey} update={actions.update} onDone={done} />
        <KeyScopes apiKey={apiKey} uses={use && use.scopeUses} />
      </KeySection>
      {use && (
        <KeySection title="Recent activity">
          <KeyPlaces places={use.places} />
        </KeySection>
      )}
      {made.count > 0 && (
        <KeySection title="Keys it made">
          <KeyDescendants made={made} keys={keys} />
        </KeySection>
      )}
      {audit}
    </div>
  )
}
