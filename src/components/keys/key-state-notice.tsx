import type { ApiKey } from '@/contracts/api-key'
import { Notice } from '../ui/notice'
import { When } from '../when'

type Props = { apiKey: ApiKey; by: string | null }

/** Of a key that answers no calls any more: since when, by whom and why. @param by for those who may know */
export function KeyStateNotice({ apiKey: { status, expiresAt, revokedAt, revokedReason }, by }: Props) {
  if (status === 'expired' && expiresAt)
    return (
      <Notice tone="plain">
        It expired <When at={expiresAt} />: every call is answered 401. An expired key cannot be brought back.
      </Notice>
    )
  if (status === 'disabled')
    return <Notice tone="warn">It is disabled: every call is answered 401 until somebody enables it.</Notice>
  if (!revokedAt) return null
  return (
    <Notice tone="bad">
      Revoked <When at={revokedAt} />
      {by && ` by ${by}`}.{revokedReason && ` Reason: ${revokedReason}`}
    </Notice>
  )
}
