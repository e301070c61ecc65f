import Link from 'next/link'
import type { ReactNode } from 'react'
import type { ApiKey } from '@/contracts/api-key'
import { exactly } from '../moment'
import { rateText } from '../rate-field'
import { Badge } from '../ui/badge'
import { When } from '../when'
import { useWords } from '../words'
import { Days30, Places, type KeyUse } from './key-use'

/** Another key that this one speaks of: named, if this person may see it. */
export type Relative = { id: string; name: string | null; start: string | null }

/** The keys around a key: the one it replaced, the one that replaced it, the one that made it. */
export type Relatives = { predecessor: Relative | null; successor: Relative | null; maker: Relative | null }

export function KeyFacts({
  apiKey: key,
  relatives,
  use,
  revokedBy,
  keys,
}: {
  apiKey: ApiKey
  relatives: Relatives
  use: KeyUse | null
  /** Only for people who may know. */
  revokedBy: string | null
  keys: string
}) {
  return (
    <dl className="grid gap-x-6 gap-y-4 rounded-xl border border-line bg-raised p-4 text-sm sm:grid-cols-[8rem_1fr] sm:p-6">
      <Fact name="Owner">
        {key.owner.name}{' '}
        {key.owner.kind === 'service' && <span className="text-quiet">(service account)</span>}
      </Fact>
      <Scopes apiKey={key} />
      {key.allowedCidrs && (
        <Fact name="Addresses">
          <code className="font-mono text-xs break-words">{key.allowedCidrs.join(', ')}</code>
        </Fact>
      )}
      <Fact name="Limit">{key.rateLimit ? rateText(key.rateLimit) : 'The club’s default'}</Fact>
      <Moment name="Created" at={key.createdAt} />
      <Moment name="Last used" at={key.lastUsedAt} />
      {use && use.places.length > 0 && (
        <Fact name="Used from">
          <Places places={use.places} />
        </Fact>
      )}
      {use && (
        <Fact name="Last 30 days">
          <Days30 days30={use.days30} />
        </Fact>
      )}
      {key.revokedAt ? (
        <Moment name="Revoked" at={key.revokedAt} />
      ) : (
        <Moment name={key.status === 'expired' ? 'Expired' : 'Expires'} at={key.expiresAt} />
      )}
      {revokedBy && <Fact name="Revoked by">{revokedBy}</Fact>}
      {key.revokedReason && <Fact name="Reason">{key.revokedReason}</Fact>}
      <Kin name="Replaced by" relative={relatives.successor} keys={keys} />
      <Kin name="Replaces" relative={relatives.predecessor} keys={keys} />
      <Kin name="Made by key" relative={relatives.maker} keys={keys} />
      <Fact name="Id">
        <Id>{key.id}</Id>
      </Fact>
      {Object.entries(key.metadata).map(([name, value]) => (
        <Fact key={name} name={name}>
          <span className="break-words">
            {typeof value === 'object' ? JSON.stringify(value) : String(value)}
          </span>
        </Fact>
      ))}
    </dl>
  )
}

function Scopes({ apiKey: { scopes, unusedScopes } }: { apiKey: ApiKey }) {
  const words = useWords()
  return (
    <Fact name="Scopes">
      <ul className="grid gap-1.5">
        {scopes.map((scope) => (
          <li key={scope}>
            <code className="font-mono text-xs">{scope}</code>{' '}
            <span className="text-quiet">{words.scopes.find((known) => known.scope === scope)?.text}</span>{' '}
            {unusedScopes.includes(scope) && <Badge tone="warn">Unused for 90 days</Badge>}
          </li>
        ))}
      </ul>
    </Fact>
  )
}

function Kin({ name, relative, keys }: { name: string; relative: Relative | null; keys: string }) {
  if (!relative) return null
  return (
    <Fact name={name}>
      {relative.name === null ? (
        <Id>{relative.id}</Id>
      ) : (
        <Link
          href={`${keys}/${relative.id}`}
          prefetch={false}
          className="rounded text-accent underline underline-offset-4"
        >
          {relative.name}{' '}
          {relative.start !== null && <code className="font-mono text-xs">{relative.start}…</code>}
        </Link>
      )}
    </Fact>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="grid gap-0.5 sm:col-span-2 sm:grid-cols-subgrid">
      <dt className="min-w-0 break-words text-quiet">{name}</dt>
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

const Id = ({ children }: { children: string }) => (
  <code className="font-mono text-xs break-all select-all">{children}</code>
)
