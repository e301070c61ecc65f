import type { ApiKey } from '@/contracts/api-key'
import { Notice } from '../ui/notice'
import { When } from '../when'

/** What a honeykey is, or that somebody used it. */
export function HoneyNotice({ apiKey: { honey, status } }: { apiKey: ApiKey }) {
  if (!honey) return null
  if (honey.usedAt)
    return (
      <Notice tone="bad">
        <strong className="font-semibold">Somebody used this honeykey</strong>, last{' '}
        <When at={honey.usedAt} />. They have been where you left it: the audit log below has their address.
        It told them nothing, and let them in nowhere.
      </Notice>
    )
  if (status === 'revoked') return null
  return (
    <Notice tone="plain">
      A honeykey can do nothing. Leave its token where only a thief looks: whoever uses it raises the alarm.
    </Notice>
  )
}
