import type { AffectedKey } from '@/contracts/offboarding'
import type { Scope } from '@/contracts/permissions'
import { Name } from '../ui/name'
import { When } from '../when'

/** How many there are, and the ones that are named: those used last. */
type Props = { count: number; keys: readonly AffectedKey[]; narrows: boolean }

/** Which keys stop or narrow: those in use with what breaks, the others by name. */
export function AffectedKeys({ count, keys, narrows }: Props) {
  const [used, idle] = [keys.filter(isUsed), keys.filter((key) => !isUsed(key))]
  return (
    <div className="grid gap-2 text-sm">
      {used.length > 0 && (
        <section aria-label="Used in the last 30 days" className="grid rounded-lg border border-line">
          <h3 aria-hidden className="px-3 pt-2.5 text-xs font-medium text-quiet">
            Used in the last 30 days
          </h3>
          <ul
            tabIndex={0}
            aria-label="Keys in use"
            className="grid max-h-52 overflow-y-auto rounded-lg px-3 pb-1"
          >
            {used.map((key) => (
              <UsedKey key={key.id} affected={key} narrows={narrows} />
            ))}
          </ul>
        </section>
      )}
      {idle.length > 0 && (
        <p className="text-quiet">
          Not used in the last 30 days:{' '}
          <span className="text-ink">{idle.map(({ name }) => name).join(', ')}</span>
        </p>
      )}
      {count > keys.length && (
        <p className="text-quiet">
          And {(count - keys.length).toLocaleString('en')} more, used earlier or never.
        </p>
      )}
    </div>
  )
}

export const isUsed = ({ requests30d, lastUsedAt }: AffectedKey) =>
  requests30d > 0 || (lastUsedAt !== null && Date.now() - Date.parse(lastUsedAt) < 30 * 86_400_000)

function UsedKey({
  affected: { name, requests30d, lastUsedAt, scopesLost, scopesInUse, replacedById, expiresAt },
  narrows,
}: Affected) {
  return (
    <li className="grid gap-0.5 border-line py-2 not-first:border-t">
      <span className="font-medium break-words">
        <Name>{name}</Name>
      </span>
      <span className="text-quiet">
        {requests30d.toLocaleString('en')} {requests30d === 1 ? 'request' : 'requests'}
        {lastUsedAt && (
          <>
            , last used <When at={lastUsedAt} />
          </>
        )}
      </span>
      {narrows && <Loses lost={scopesLost} inUse={scopesInUse} />}
      {replacedById && expiresAt && (
        <span className="text-quiet">
          Replaced already: ends <When at={expiresAt} />
        </span>
      )}
    </li>
  )
}

/** What is in use breaks; the rest is only no longer possible. */
function Loses({ lost, inUse }: { lost: readonly Scope[]; inUse: readonly Scope[] }) {
  const idle = lost.filter((scope) => !inUse.includes(scope))
  return (
    <>
      {inUse.length > 0 && <span className="font-medium text-bad">Breaks: it uses {inUse.join(', ')}</span>}
      {idle.length > 0 && (
        <span className="text-quiet">Loses {idle.join(', ')}, not used in the last 30 days</span>
      )}
    </>
  )
}

type Affected = { affected: AffectedKey; narrows: boolean }
