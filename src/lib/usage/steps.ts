import { DAYS_KEPT_DAYS, HOURS_KEPT_DAYS, type UsageStep } from '@/contracts/usage'
import { invalid } from '../errors'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** How many steps are shown when no beginning is given. */
const USUAL: Record<UsageStep, number> = { hour: 24, day: 30, month: 12 }
const KEPT_DAYS: Record<UsageStep, number> = {
  hour: HOURS_KEPT_DAYS,
  day: DAYS_KEPT_DAYS,
  month: DAYS_KEPT_DAYS,
}

type Asked = { from?: Date | undefined; to?: Date | undefined; by?: UsageStep | undefined }
export type Span = { by: UsageStep; from: Date; to: Date }

/** The beginning of the step that an instant lies in, and of those `steps` later. All in UTC. */
export function stepOf(at: Date, by: UsageStep, steps = 0): Date {
  if (by === 'month') return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + steps))
  const length = by === 'hour' ? HOUR_MS : DAY_MS
  return new Date((Math.floor(at.getTime() / length) + steps) * length)
}

/** The first day (UTC) of which something is kept. */
export const keptSince = (by: UsageStep, now = Date.now()): Date =>
  stepOf(new Date(now - KEPT_DAYS[by] * DAY_MS), 'day')

/**
 * Whole steps that hold all that was asked for, none of them in the future.
 * @throws Refusal `validation_failed`: the wrong way round, or of a time that is not kept
 */
export function spanOf({ from, to, by = 'day' }: Asked, now = Date.now()): Span {
  const end = stepOf(new Date(Math.min((to?.getTime() ?? now) - 1, now)), by, 1)
  const first = from ? stepOf(from, by) : stepOf(end, by, -USUAL[by])
  if (from && from.getTime() >= (to?.getTime() ?? now))
    throw invalid([{ path: 'from', message: `must be before ${to ? '`to`' : 'now'}` }])
  const kept = stepOf(keptSince(by, now), by)
  if (first < kept) {
    const message = `must not be before ${kept.toISOString()}: ${by === 'hour' ? 'hours' : 'days'} are kept for ${KEPT_DAYS[by]} days`
    if (from) throw invalid([{ path: 'from', message }])
    if (end <= kept) throw invalid([{ path: 'to', message: message.replace('before', 'at or before') }])
  }
  return { by, from: first < kept ? kept : first, to: end }
}

/** The beginnings of all steps of a span. */
export function stepsIn({ by, from, to }: Span): Date[] {
  const steps: Date[] = []
  for (let at = from; at < to; at = stepOf(at, by, 1)) steps.push(at)
  return steps
}
