'use client'

import { createContext, use, useCallback, useSyncExternalStore, type ReactNode } from 'react'
import { dayOf, exactlyHere, fromNow, ownZone } from './moment'
import { follow } from './ticking'

const ServedAt = createContext<number | null>(null)

/**
 * What is below says times as they were when the server made the page, until the browser has taken it over:
 * both must say the same then.
 * @param now the server's clock, in milliseconds since 1970
 */
export function Clock({ now, children }: { now: number; children: ReactNode }) {
  return <ServedAt value={now}>{children}</ServedAt>
}

type Say = (at: string, now: number, zone: string) => string

/** What to say of a moment: in UTC on the server, by the reader's clock in the browser, and on as time goes on. */
function useSaid(at: string, say: Say): string {
  const servedAt = use(ServedAt)
  return useSyncExternalStore(
    useCallback((onTick) => follow(at, onTick), [at]),
    () => say(at, Date.now(), ownZone()),
    () => say(at, servedAt ?? Date.now(), 'UTC'),
  )
}

const sayDay: Say = (at, _now, zone) => dayOf(at, zone)
const sayExactly: Say = (at, _now, zone) => exactlyHere(at, zone)

type Props = { at: string }

/** A moment as people say it, "3 hours ago"; the exact time, in UTC as well, when asked for. */
export function When({ at }: Props) {
  return (
    <time dateTime={at} title={useSaid(at, sayExactly)} className="whitespace-nowrap">
      {useSaid(at, fromNow)}
    </time>
  )
}

/** A day and how far it is away: "24 Feb 2027 (in 41 days)". */
export function Day({ at }: Props) {
  return (
    <time dateTime={at} title={useSaid(at, sayExactly)} className="tabular-nums">
      <span className="whitespace-nowrap">{useSaid(at, sayDay)}</span>{' '}
      <span className="whitespace-nowrap text-quiet">({useSaid(at, fromNow)})</span>
    </time>
  )
}

/** A day alone; the exact time when asked for. */
export function OnDay({ at }: Props) {
  return (
    <time dateTime={at} title={useSaid(at, sayExactly)} className="tabular-nums">
      {useSaid(at, sayDay)}
    </time>
  )
}

/** A moment to the second, by the reader's clock and in UTC: for what is compared with a log. */
export function Exactly({ at }: Props) {
  return (
    <time dateTime={at} className="tabular-nums">
      {useSaid(at, sayExactly)}
    </time>
  )
}
