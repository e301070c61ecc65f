import type { ApiKey } from '@/contracts/api-key'
import { apart } from '@/contracts/unseen'
import { Notice } from '../ui/notice'
import { When } from '../when'

/** That the token of this key was found where others can read it, and what to do about it. */
export function LeakNotice({ apiKey: { leaked, status } }: { apiKey: ApiKey }) {
  if (!leaked) return null
  return (
    <Notice tone="bad">
      <p>
        <strong className="font-semibold">Leaked</strong>: its token was found by{' '}
        <bdi>{apart(leaked.source)}</bdi> <When at={leaked.at} />.
      </p>
      {leaked.url && (
        <p className="mt-1.5">
          Where, as they said (nobody checked it):{' '}
          <code className="rounded bg-raised px-1 py-0.5 font-mono text-xs break-all text-ink">
            {leaked.url}
          </code>
        </p>
      )}
      <p className="mt-1.5">{WHAT_TO_DO[status]}</p>
    </Notice>
  )
}

const STILL_WORKS =
  'Somebody enabled it all the same. Whoever saw the token can use it: make a new key for the job, and revoke this one.'

const WHAT_TO_DO: Record<ApiKey['status'], string> = {
  revoked:
    'It was revoked, with the keys that it made. Make a new key for the job, take the token out of that place, and look below at what the key was used for.',
  disabled:
    'Make a new key for the job, then revoke this one: whoever saw the token has it. Look below at what the key was used for, and at the keys that it made.',
  expired: 'It has expired since. Take the token out of that place, and look below at what it was used for.',
  active: STILL_WORKS,
  expiring: STILL_WORKS,
}
