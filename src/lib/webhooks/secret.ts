import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto'
import { settings } from '../settings'

const SECRET_BYTES = 32
const IV_BYTES = 12
const TAG_BYTES = 16

/** Of an endpoint, in the form that the libraries of Standard Webhooks take. */
export const newSigningSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`

/**
 * Seals an endpoint's secret (AES-256-GCM) under a key derived (HKDF-SHA256) from the server's secret: the
 * database alone signs nothing. It opens for that endpoint only.
 */
export function sealSecret(endpointId: string, secret: string): Uint8Array<ArrayBuffer> {
  const [key] = keys()
  if (!key) throw new Error('there is no secret to seal under: set NEXTAUTH_SECRET')
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(endpointId))
  return Uint8Array.from(
    Buffer.concat([iv, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]),
  )
}

/**
 * @returns null for what was sealed under none of the server's secrets; `outdated`: under the one before, to be
 *   sealed anew while that one is known
 */
export function openSecret(
  endpointId: string,
  sealed: Uint8Array,
): { secret: string; outdated: boolean } | null {
  for (const [n, key] of keys().entries()) {
    const secret = openUnder(key, endpointId, Buffer.from(sealed))
    if (secret !== null) return { secret, outdated: n > 0 }
  }
  return null
}

function openUnder(key: KeyObject, endpointId: string, sealed: Buffer): string | null {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    })
    decipher.setAAD(Buffer.from(endpointId)).setAuthTag(sealed.subarray(-TAG_BYTES))
    return decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
  } catch {
    return null
  }
}

/** Each delivery needs them. */
const derived = new WeakMap<readonly string[], readonly KeyObject[]>()

function keys(): readonly KeyObject[] {
  const { secrets } = settings()
  const known = derived.get(secrets)
  if (known) return known
  const made = secrets.map((secret) => createSecretKey(Buffer.from(derive(secret))))
  derived.set(secrets, made)
  return made
}

const derive = (secret: string) => hkdfSync('sha256', secret, '', 'clubkeys webhook secret', 32)

/**
 * The headers of Standard Webhooks: who sent it, and that nobody changed it.
 * @param secrets each signs; two while one takes the other's place
 * @param id of the event, the same at each attempt
 */
export function signedHeaders(secrets: readonly string[], id: string, body: string): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000))
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
  })
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
    'user-agent': 'clubkeys-webhooks/1',
  }
}
