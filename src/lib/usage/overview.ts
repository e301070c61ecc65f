import type { UsageCounts } from '@/contracts/usage'
import type { Actor } from '../actor'
import { seesAllUsage } from '../permissions/ability'
import { stepOf, type Span } from './steps'
import { sumOfClub, sumOfKeys, type StepCounts } from './sums'

const DAYS = 30
const WEEK_HOURS = 7 * 24

/** What keys do (UTC), and whether that is much: of the whole club, or of the caller's keys alone. */
export type CallsOverview = {
  today: UsageCounts
  /** Of those hours of today that are over, and of the same hours a week before; null: none is over yet. */
  compared: { today: number; weekBefore: number } | null
  /** Of each of the last thirty days; today is the last. */
  days: (UsageCounts & { from: string })[]
}

/** One statement, over some 700 rows at most. null: the caller may not see what keys do. */
export async function overviewOfCalls(actor: Actor, now = new Date()): Promise<CallsOverview | null> {
  if (!actor.ability.can('read-usage', 'ApiKey')) return null
  const [midnight, hour] = [stepOf(now, 'day'), stepOf(now, 'hour')]
  const end = stepOf(hour, 'hour', 1)
  const hours = await hoursOf(actor, { by: 'hour', from: stepOf(midnight, 'day', 1 - DAYS), to: end })
  const between = (from: Date, to: Date) => sum(hours.filter(({ at }) => at >= from && at < to))
  const aWeekBefore = (at: Date) => stepOf(at, 'hour', -WEEK_HOURS)
  const compared = {
    today: between(midnight, hour).requests,
    weekBefore: between(aWeekBefore(midnight), aWeekBefore(hour)).requests,
  }
  const days = Array.from({ length: DAYS }, (_, n) => stepOf(midnight, 'day', n + 1 - DAYS))
  return {
    today: between(midnight, end),
    compared: hour > midnight ? compared : null,
    days: days.map((day) => ({ from: day.toISOString(), ...between(day, stepOf(day, 'day', 1)) })),
  }
}

const hoursOf = (actor: Actor, span: Span): Promise<StepCounts[]> =>
  seesAllUsage(actor)
    ? sumOfClub(actor.clubId, span)
    : sumOfKeys(actor.clubId, span, { ownerId: actor.userId ?? undefined })

function sum(steps: StepCounts[]): UsageCounts {
  const total = { requests: 0, denied: 0, limited: 0, errors: 0 }
  for (const step of steps)
    for (const field of ['requests', 'denied', 'limited', 'errors'] as const) total[field] += step[field]
  return total
}
