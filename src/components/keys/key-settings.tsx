import type { ReactNode } from 'react'
import type { ApiKey } from '@/contracts/api-key'
import { rateText } from '../rate-field'
import { Name } from '../ui/name'
import { Day } from '../when'
import type { KeyCommand } from './key-menu'
import { EditButton } from './key-section'

type Props = { apiKey: ApiKey; run: (command: KeyCommand) => void }

/** Each setting with the button that changes it; none where the server would refuse. */
export function KeySettings({ apiKey: key, run }: Props) {
  const revoked = key.status === 'revoked'
  const edits = (command: KeyCommand) =>
    revoked || (key.status === 'expired' && command !== 'rename' && command !== 'metadata')
      ? undefined
      : () => run(command)
  return (
    <dl className="divide-y divide-line text-sm">
      <Setting name="Name" edit={edits('rename')}>
        <Name>{key.name}</Name>
      </Setting>
      <Setting name="Owner">
        <Name>{key.owner.name}</Name>
        {key.owner.kind === 'service' && <span className="text-quiet"> (service account)</span>}
      </Setting>
      <Setting name="Expiry" edit={edits('end')}>
        <Expiry apiKey={key} />
      </Setting>
      <Setting name="IP allowlist" edit={edits('addresses')}>
        {key.allowedCidrs ? (
          <code className="font-mono text-xs break-all">{key.allowedCidrs.join(', ')}</code>
        ) : (
          <Quiet>Any address</Quiet>
        )}
      </Setting>
      <Setting name="Rate limit" edit={edits('rate')}>
        {key.rateLimit ? rateText(key.rateLimit) : <Quiet>The club’s default</Quiet>}
      </Setting>
      <Setting name="Metadata" edit={edits('metadata')}>
        <Metadata metadata={key.metadata} />
      </Setting>
      <Setting name="Id">
        <code className="font-mono text-xs break-all select-all">{key.id}</code>
      </Setting>
    </dl>
  )
}

const Quiet = ({ children }: { children: ReactNode }) => <span className="text-quiet">{children}</span>

function Expiry({ apiKey: { expiresAt, status } }: { apiKey: ApiKey }) {
  if (expiresAt === null) return 'Never'
  return (
    <>
      {status === 'expired' && 'Expired '}
      <Day at={expiresAt} />
    </>
  )
}

function Metadata({ metadata }: Pick<ApiKey, 'metadata'>) {
  const entries = Object.entries(metadata)
  if (entries.length === 0) return <Quiet>None</Quiet>
  return (
    <ul className="grid gap-1">
      {entries.map(([name, value]) => (
        <li key={name} className="min-w-0 break-words">
          <Quiet>{name}</Quiet> {typeof value === 'object' ? JSON.stringify(value) : String(value)}
        </li>
      ))}
    </ul>
  )
}

type Row = { name: string; edit?: (() => void) | undefined; children: ReactNode }

function Setting({ name, edit, children }: Row) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-0.5 py-3 first:pt-0">
      <dt className="text-quiet">{name}</dt>
      <dd className="col-start-1 min-w-0 break-words">{children}</dd>
      {edit && (
        <dd className="col-start-2 row-span-2 row-start-1">
          <EditButton what={name.replace(/^[A-Z](?=[a-z])/, (first) => first.toLowerCase())} onClick={edit} />
        </dd>
      )}
    </div>
  )
}
