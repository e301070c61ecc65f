import type { ApiKey } from '@/contracts/api-key'
import { Badge } from '../ui/badge'

/** How a key's token begins and ends, as far as that is known. */
export function TokenEnds({
  apiKey: { start, last4, imported },
}: {
  apiKey: Pick<ApiKey, 'start' | 'last4' | 'imported'>
}) {
  return (
    <>
      {(start !== null || last4 !== null) && (
        <code>
          {start}…{last4}
        </code>
      )}
      {imported && <Badge tone="plain">Imported</Badge>}
    </>
  )
}
