import type { ApiKey } from '@/contracts/api-key'
import { When } from '../when'
import { KeyLink } from './key-history'
import { KeyStatus } from './key-status'

/** The live keys that go back to a key: some of them, and how many they are (Infinity: too many to count). */
export type Descendants = { count: number; nearest: readonly ApiKey[] }

export function KeyDescendants({ made: { count, nearest }, keys }: { made: Descendants; keys: string }) {
  const others = count - nearest.length
  return (
    <div className="grid gap-2 text-sm">
      <p className="text-quiet">
        Live keys that this one made, or that they made. Revoking it offers to revoke them too.
      </p>
      <ul className="divide-y divide-line">
        {nearest.map((key) => (
          <li key={key.id} className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 py-2.5">
            <KeyLink apiKey={key} keys={keys} />
            <span className="flex items-center gap-3 text-quiet">
              <KeyStatus apiKey={key} />
              <When at={key.createdAt} />
            </span>
          </li>
        ))}
      </ul>
      {others > 0 && (
        <p className="text-quiet">
          {Number.isFinite(others)
            ? `And ${others.toLocaleString('en')} more.`
            : 'And too many more to count.'}
        </p>
      )}
    </div>
  )
}
