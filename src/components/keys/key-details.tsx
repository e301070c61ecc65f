'use client'

import Link from 'next/link'
import type { ReactNode } from 'react'
import type { ApiKey } from '@/contracts/api-key'
import type { Scope } from '@/contracts/permissions'
import { Dialog } from '../ui/dialog'
import { exactly } from '../moment'
import { When } from '../when'
import type { Viewer } from './actions'
import { KeyStatus } from './key-status'
import { SCOPE_TEXTS } from './scope-texts'

export function KeyDetails({ apiKey: key, viewer, onClose }: { apiKey: ApiKey; viewer: Viewer; onClose: () => void }) {
  return (
    <Dialog wide onClose={onClose} title={key.name} description={<code className="font-mono">{`${key.start}…${key.last4}`}</code>}>
      <Facts apiKey={key} />
      {viewer.seesAudit && (
        <Link
          href={`/clubs/${viewer.club}/audit?targetId=${key.id}`}
          prefetch={false}
          className="w-fit rounded text-sm font-medium text-accent underline underline-offset-4"
        >
          What happened to this key
        </Link>
      )}
    </Dialog>
  )
}

function Facts({ apiKey: key }: { apiKey: ApiKey }) {
  return (
    <dl className="grid gap-x-6 gap-y-3 text-sm sm:grid-cols-[8rem_1fr]">
      <Fact name="Status">
        <KeyStatus status={key.status} />
      </Fact>
      <Fact name="Owner">
        {key.owner.name} {key.owner.kind === 'service' && <span className="text-quiet">(service account)</span>}
      </Fact>
      <Scopes scopes={key.scopes} />
      <Moment name="Created" at={key.createdAt} />
      <Moment name="Last used" at={key.lastUsedAt} />
      <Moment name="Expires" at={key.expiresAt} />
      {key.revokedAt && <Moment name="Revoked" at={key.revokedAt} />}
      {key.revokedReason && <Fact name="Reason">{key.revokedReason}</Fact>}
      <Fact name="Id">
        <Id>{key.id}</Id>
      </Fact>
      {key.createdByKeyId && (
        <Fact name="Made by key">
          <Id>{key.createdByKeyId}</Id>
        </Fact>
      )}
      {Object.entries(key.metadata).map(([name, value]) => (
        <Fact key={name} name={name}>
          <span className="break-words">{String(value)}</span>
        </Fact>
      ))}
    </dl>
  )
}

function Scopes({ scopes }: { scopes: readonly Scope[] }) {
  return (
    <Fact name="Scopes">
      <ul className="grid gap-1">
        {scopes.map((scope) => (
          <li key={scope}>
            <code className="font-mono text-xs">{scope}</code> <span className="text-quiet">{SCOPE_TEXTS[scope]}</span>
          </li>
        ))}
      </ul>
    </Fact>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="grid gap-0.5 sm:col-span-2 sm:grid-cols-subgrid">
      <dt className="text-quiet">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  )
}

function Moment({ name, at }: { name: string; at: string | null }) {
  return (
    <Fact name={name}>
      {at ? (
        <>
          <When at={at} /> <span className="text-quiet">{exactly(at)}</span>
        </>
      ) : (
        'Never'
      )}
    </Fact>
  )
}

const Id = ({ children }: { children: string }) => <code className="font-mono text-xs break-all select-all">{children}</code>
