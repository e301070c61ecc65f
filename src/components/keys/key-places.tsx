import { When } from '../when'
import { agentName } from './agent-name'

export type SeenFrom = { address: string | null; userAgent: string | null; lastUsedAt: string }

const SHOWN = 5

/** Where a key was used from, the last first: an address that nobody knows is how a leaked key shows. */
export function KeyPlaces({ places }: { places: readonly SeenFrom[] }) {
  if (places.length === 0)
    return <p className="text-sm text-quiet">No calls that say where they came from.</p>
  const [first, rest] = [places.slice(0, SHOWN), places.slice(SHOWN)]
  return (
    <div className="grid gap-2 text-sm">
      <Places places={first} />
      {rest.length > 0 && (
        <details>
          <summary className="w-fit cursor-pointer rounded py-1 font-medium text-accent">
            Show {rest.length} more
          </summary>
          <Places places={rest} />
        </details>
      )}
    </div>
  )
}

const Places = ({ places }: { places: readonly SeenFrom[] }) => (
  <ul className="divide-y divide-line">
    {places.map(({ address, userAgent, lastUsedAt }) => (
      <li
        key={`${address} ${userAgent}`}
        className="grid grid-cols-[1fr_auto] items-baseline gap-x-4 py-2.5 sm:grid-cols-[12rem_1fr_auto]"
      >
        <code className="min-w-0 font-mono text-xs break-all">{address ?? 'Unknown address'}</code>
        <span
          title={userAgent ?? undefined}
          className="min-w-0 truncate text-quiet max-sm:order-last max-sm:col-span-2"
        >
          {userAgent ? agentName(userAgent) : 'No user agent'}
        </span>
        <span className="text-quiet">
          <When at={lastUsedAt} />
        </span>
      </li>
    ))}
  </ul>
)
