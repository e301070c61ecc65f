import type { UsageCounts } from '@/contracts/usage'
import { When } from '../when'

/** What a key did in 30 days, and where it was last used from, for people who may see it. */
export type KeyUse = {
  days30: UsageCounts
  places: readonly { address: string | null; userAgent: string | null; lastUsedAt: string }[]
}

const REFUSED = [
  ['denied', 'denied'],
  ['limited', 'over a limit'],
  ['errors', 'failed'],
] as const

export function Days30({ days30 }: { days30: UsageCounts }) {
  const refused = REFUSED.filter(([field]) => days30[field] > 0)
  return (
    <>
      {count(days30.requests)} {days30.requests === 1 ? 'call' : 'calls'}
      {refused.length > 0 && (
        <span className="text-quiet">
          , {refused.map(([field, word]) => `${count(days30[field])} ${word}`).join(', ')}
        </span>
      )}
    </>
  )
}

const count = (number: number) => number.toLocaleString('en')

export function Places({ places }: Pick<KeyUse, 'places'>) {
  return (
    <ul className="grid gap-1.5">
      {places.map(({ address, userAgent, lastUsedAt }) => (
        <li key={`${address} ${userAgent}`} className="break-words">
          <code className="font-mono text-xs">{address ?? 'unknown address'}</code>{' '}
          <span className="text-quiet">
            {userAgent ?? 'no agent'}, <When at={lastUsedAt} />
          </span>
        </li>
      ))}
    </ul>
  )
}
