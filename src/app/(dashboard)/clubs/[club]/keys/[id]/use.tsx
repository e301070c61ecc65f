import Link from 'next/link'
import { AuditLines } from '@/components/audit/audit-list'
import type { KeyUse } from '@/components/keys/key-page'
import { KeySection } from '@/components/keys/key-section'
import { DaysChart } from '@/components/ui/days-chart'
import type { ApiKey } from '@/contracts/api-key'
import type { AuditEvent } from '@/contracts/audit-event'
import { apart } from '@/contracts/unseen'
import { listAuditEvents } from '@/lib/audit/list'
import type { Actor } from '@/lib/actor'
import { seesUsageOf } from '@/lib/permissions/ability'
import { getKeyActivity } from '@/lib/usage/key-activity'
import { auditTexts, wordsOf } from '../../../../../words'

const EVENTS_SHOWN = 5

/** What a key did, where and with which scopes; null: not for this person to see. */
export async function useOf(actor: Actor, { id, owner }: ApiKey): Promise<KeyUse | null> {
  const activity = seesUsageOf(actor, owner.id) ? await getKeyActivity(actor, { id }) : null
  if (!activity) return null
  const { usage, places, scopeUses } = activity
  const days = usage.data.map(({ from, requests, limited, denied, errors }) => ({
    ...{ from, limited, denied, errors },
    // A call that failed was let in.
    ok: Math.max(0, requests - errors),
  }))
  return { calls: <DaysChart days={days} label="Calls by day" />, places, scopeUses }
}

/** The last that happened to a key; none for a person who may not read the log. */
export async function eventsOf(actor: Actor, { id }: ApiKey): Promise<AuditEvent[] | null> {
  if (!actor.ability.can('read', 'AuditEvent')) return null
  const { data } = await listAuditEvents(actor, { targetId: id, limit: EVENTS_SHOWN })
  return data
}

/** Who revoked a key: nothing but its deletion comes after that. */
export function revokedBy(events: readonly AuditEvent[] | null): string | null {
  const event = events?.find(({ action }) => action === 'api-key.revoke')
  if (!event) return null
  const { kind, user, label } = event.actor
  if (kind === 'system') return 'what followed from another act'
  return [
    user && apart(user.name),
    label && (kind === 'api_key' ? `by the key “${apart(label)}”` : apart(label)),
  ]
    .filter(Boolean)
    .join(', ')
}

type Logged = { apiKey: ApiKey; events: readonly AuditEvent[] | null; audit: string }

/** @param audit the address of the whole log */
export function KeyLog({ apiKey: { id, name }, events, audit }: Logged) {
  if (!events || events.length === 0) return null
  return (
    <KeySection
      title="What happened"
      action={
        <Link
          href={`${audit}?targetId=${id}`}
          prefetch={false}
          className="rounded text-sm font-medium text-accent underline underline-offset-4"
        >
          All in the audit log
        </Link>
      }
    >
      <AuditLines
        texts={auditTexts()}
        roles={wordsOf().roles}
        events={events.map((event) => ({ ...event, targetName: name }))}
      />
    </KeySection>
  )
}
