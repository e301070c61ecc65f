import { createPublicKey, type KeyObject } from 'node:crypto'
import { z } from 'zod'

const published = z.object({
  public_keys: z
    .array(z.object({ key_identifier: z.string(), key: z.string(), is_current: z.boolean().optional() }))
    .max(100),
})

/**
 * The public keys that a list of GitHub's names, by identifier: P-256 alone, which is what it signs with. A
 * key that is not current signs nothing any more, and may have been given up because others have it.
 * @throws Error for a text that is no such list, without repeating it
 */
export function readSigningKeys(text: string): ReadonlyMap<string, KeyObject> {
  const keys = new Map<string, KeyObject>()
  for (const { key_identifier: id, key, is_current: isCurrent } of listIn(text)) {
    const read = isCurrent === false ? null : publicKeyIn(key)
    if (read) keys.set(id, read)
  }
  return keys
}

function listIn(text: string): z.infer<typeof published>['public_keys'] {
  try {
    return published.parse(JSON.parse(text)).public_keys
  } catch {
    throw new Error('is no list of public keys as GitHub publishes it: {"public_keys": [...]}')
  }
}

function publicKeyIn(pem: string): KeyObject | null {
  try {
    const key = createPublicKey(pem)
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
    return type === 'ec' && details?.namedCurve === 'prime256v1' ? key : null
  } catch {
    return null
  }
}
