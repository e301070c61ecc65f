import Link from 'next/link'
import type { ReactNode } from 'react'
import type { ApiKey } from '@/contracts/api-key'
import { Name } from '../ui/name'
import { When } from '../when'
import { KeyStatus } from './key-status'

/** Another key that this one speaks of; `key` is null where this person may not see it, or it is gone. */
export type Relative = { id: string; key: ApiKey | null }
/** The keys around a key: the one it replaced, the one that replaced it, the one that made it. */
export type Relatives = { predecessor: Relative | null; successor: Relative | null; maker: Relative | null }

type Props = { apiKey: ApiKey; relatives: Relatives; keys: string }

/** How the key came to be and what came after it, the newest first. */
export function KeyHistory({ apiKey, relatives: { predecessor, successor, maker }, keys }: Props) {
  return (
    <ol className="ml-1 grid text-sm">
      {successor && (
        <Step title="Replaced by" status={successor.key}>
          <Kin relative={successor} keys={keys} />
          {successor.key && <At what="Made" at={successor.key.createdAt} />}
        </Step>
      )}
      <Step current title="This key" status={apiKey}>
        <At what="Made" at={apiKey.createdAt} />
        {successor && apiKey.expiresAt && !apiKey.revokedAt && <Grace ends={apiKey.expiresAt} />}
        {maker && (
          <span>
            by the key <Kin relative={maker} keys={keys} />
          </span>
        )}
      </Step>
      {predecessor && (
        <Step title="Replaced" status={predecessor.key}>
          <Kin relative={predecessor} keys={keys} />
          {predecessor.key?.revokedAt ? (
            <At what="Ended" at={predecessor.key.revokedAt} />
          ) : (
            predecessor.key?.expiresAt && <Grace ends={predecessor.key.expiresAt} />
          )}
        </Step>
      )}
    </ol>
  )
}

/** Until when a replaced key goes on, or went on. */
function Grace({ ends }: { ends: string }) {
  return (
    <span>
      {Date.parse(ends) > Date.now() ? 'Grace ends' : 'Grace ended'} <When at={ends} />
    </span>
  )
}

type StepProps = { title: string; status: ApiKey | null; current?: boolean; children: ReactNode }

function Step({ title, status, current = false, children }: StepProps) {
  return (
    <li
      aria-current={current ? 'step' : undefined}
      className="group relative grid gap-0.5 border-l border-line pb-5 pl-5 last:border-transparent last:pb-0"
    >
      <span
        aria-hidden
        className={`absolute top-1.5 -left-[4.5px] size-2 rounded-full ring-4 ring-paper ${current ? 'bg-accent' : 'bg-edge'}`}
      />
      <span className="flex flex-wrap items-center gap-x-2 font-medium">
        {title} {status && <KeyStatus apiKey={status} />}
      </span>
      <span className="flex flex-wrap gap-x-2 text-quiet">{children}</span>
    </li>
  )
}

const At = ({ what, at }: { what: string; at: string }) => (
  <span>
    {what} <When at={at} />
  </span>
)

function Kin({ relative: { id, key }, keys }: { relative: Relative; keys: string }) {
  if (!key) return <code className="font-mono text-xs break-all select-all">{id}</code>
  return <KeyLink apiKey={key} keys={keys} />
}

export function KeyLink({ apiKey: { id, name, start }, keys }: { apiKey: ApiKey; keys: string }) {
  return (
    <Link
      href={`${keys}/${id}`}
      prefetch={false}
      className="min-w-0 rounded break-words text-accent underline underline-offset-4"
    >
      <Name>{name}</Name> {start !== null && <code className="font-mono text-xs">{start}…</code>}
    </Link>
  )
}
