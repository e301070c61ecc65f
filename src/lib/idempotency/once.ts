import { createHash, createHmac } from 'node:crypto'
import type { Once } from '../actor'
import { sealUnder, unsealUnder } from './sealed'

type Given = Pick<Once, 'credential' | 'shape' | 'shownOnce'> & {
  clubId: string
  /** As the client sent it. */
  idempotencyKey: string
  /** Method, path and body, in the same words whenever they mean the same. */
  request: string
  /** What the credential proves and the database does not hold. The first one seals, each opens. */
  held: readonly string[]
}

/** What an Idempotency-Key means: of this credential, in this club, for this request. */
export function onceOf({ clubId, idempotencyKey, request, held, ...rest }: Given): Once {
  const digest = createHash('sha256')
    .update(JSON.stringify([clubId, rest.credential, idempotencyKey]))
    .digest()
  const [now, ...before] = held.map((one) => JSON.stringify([one, idempotencyKey]))
  return {
    ...rest,
    digest,
    fingerprint: createHmac('sha256', idempotencyKey).update(request).digest(),
    seal: (tokens) => (now === undefined ? null : sealUnder(now, digest, tokens)),
    unseal: (sealed) => {
      for (const one of now === undefined ? [] : [now, ...before]) {
        const opened = unsealUnder(one, digest, sealed)
        if (opened !== null) return opened
      }
      return null
    },
  }
}

/** A value of JSON as one text, whatever the order of its names. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? ''
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`).join()}}`
}
