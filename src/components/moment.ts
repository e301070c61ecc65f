const STEPS = [
  { under: 3600, seconds: 60, unit: 'minute' },
  { under: 86_400, seconds: 3600, unit: 'hour' },
  { under: 30 * 86_400, seconds: 86_400, unit: 'day' },
  { under: 365 * 86_400, seconds: 30 * 86_400, unit: 'month' },
  { under: Infinity, seconds: 365 * 86_400, unit: 'year' },
] as const
const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/** The exact time, for those who compare it with a log. */
export const exactly = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`

/** @param ms from now; negative: ago */
export function relative(ms: number): string {
  const seconds = Math.abs(ms) / 1000
  if (seconds < 60) return ms < 0 ? 'just now' : 'in a moment'
  const step = STEPS.find(({ under }) => seconds < under) ?? STEPS[4]
  return words.format(Math.sign(ms) * Math.max(1, Math.round(seconds / step.seconds)), step.unit)
}
