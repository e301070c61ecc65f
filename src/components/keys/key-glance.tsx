import type { ReactNode } from 'react'
import type { ApiKey } from '@/contracts/api-key'
import { Name } from '../ui/name'
import { Day, When } from '../when'
import { agentName } from './agent-name'

/** What most people open the page for: whether it is in use, by what, and until when. */
export function KeyGlance({ apiKey }: { apiKey: ApiKey }) {
  const { createdAt, lastUsedAt, lastUsedFrom, owner } = apiKey
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-4 text-sm lg:grid-cols-4">
      <Glance name="Last used" more={lastUsedFrom && <From {...lastUsedFrom} />}>
        {lastUsedAt ? <When at={lastUsedAt} /> : 'Never'}
      </Glance>
      <End apiKey={apiKey} />
      <Glance name="Owner" more={owner.kind === 'service' && 'Service account'}>
        <Name>{owner.name}</Name>
      </Glance>
      <Glance name="Created" more={apiKey.imported && 'Imported'}>
        <When at={createdAt} />
      </Glance>
    </dl>
  )
}

function From({ address, userAgent }: NonNullable<ApiKey['lastUsedFrom']>) {
  return (
    <>
      from <span className="font-mono text-xs">{address ?? 'an unknown address'}</span>
      {userAgent && `, ${agentName(userAgent)}`}
    </>
  )
}

function End({ apiKey: { expiresAt, revokedAt, status } }: { apiKey: ApiKey }) {
  if (revokedAt)
    return (
      <Glance name="Revoked">
        <When at={revokedAt} />
      </Glance>
    )
  return (
    <Glance
      name={status === 'expired' ? 'Expired' : 'Expires'}
      more={expiresAt === null && 'Works until somebody revokes it'}
    >
      {expiresAt ? <Day at={expiresAt} /> : 'Never'}
    </Glance>
  )
}

function Glance({ name, more, children }: { name: string; more?: ReactNode; children: ReactNode }) {
  return (
    <div className="grid min-w-0 content-start gap-0.5">
      <dt className="text-quiet">{name}</dt>
      <dd className="min-w-0 font-medium break-words">{children}</dd>
      {more && <dd className="min-w-0 text-quiet break-words">{more}</dd>}
    </div>
  )
}
