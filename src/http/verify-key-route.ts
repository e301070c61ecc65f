import { verifyApiKey, type VerifiedApiKey } from '@/contracts/key-verification'
import { findActiveKey } from '@/lib/auth/introspect-token'
import { digestText, isOneToken } from '@/lib/auth/token'
import type { VerifiedKey } from '@/lib/auth/verification'
import { Refusal } from '@/lib/errors'
import { refuseFailure } from '@/lib/limits/failures'
import { parseInput } from '@/lib/parse-input'
import { effectiveScopes } from '@/lib/permissions/scopes'
import { readJson } from './body'
import type { Call, VerifiedRequest } from './call'
import { addressOf } from './client-address'
import { readCall } from './credential'
import { receivedOf, requestIdOf } from './incoming'
import { pathInApp } from './path'
import { problemResponse } from './problem'
import { respond, route, type RouteHandler } from './route'
import { verifyAtOnce, verifyRequest } from './verify-request'

/** A caller with a credential asks about another key, as by introspection. */
const forCaller = route(verifyApiKey, async ({ actor, body, countGuess }) =>
  described(await findActiveKey(actor, { token: body.key, client: actor.trace.address }, countGuess)),
)

/**
 * `POST /api/auth/api-key/verify`: whether a key is valid. Without a credential beside it, the key asks about
 * itself, and that is a use of it: from its addresses alone, within its limits, on record. A session is no
 * credential here.
 */
export const verifyKeyRoute: RouteHandler = async (request, context) => {
  const requestId = requestIdOf(request)
  try {
    if (readCall(request, pathInApp(request))) return await forCaller(request, context)
    const { key } = parseInput(verifyApiKey.body, await readJson(request, verifyApiKey.tokenField))
    const used = await useOf(request, key)
    return respond(request, verifyApiKey, described(used?.key), {
      requestId,
      rateLimits: used?.rateLimits ?? [],
    })
  } catch (error) {
    return problemResponse(request, error, requestId)
  }
}

/** @throws Refusal `rate_limited` (the key, its club, or the failures of the address), `unavailable` */
async function useOf(request: Request, token: string): Promise<VerifiedRequest | undefined> {
  const received = receivedOf(request)
  const path = pathInApp(request)
  try {
    if (!isOneToken(token)) return await refuseFailure(addressOf(received), undefined)
    const digest = digestText(token)
    const call: Call = {
      kind: 'token',
      token,
      digest,
      onlyImported: false,
      method: request.method,
      path,
      received,
    }
    return verifyAtOnce(call) ?? (await verifyRequest(call, null))
  } catch (error) {
    if (error instanceof Refusal && error.code === 'invalid_token') return undefined
    throw error
  }
}

const described = (key: VerifiedKey | null | undefined): VerifiedApiKey =>
  key
    ? {
        valid: true,
        keyId: key.id,
        clubId: key.clubId,
        userId: key.userId,
        scopes: effectiveScopes(key.scopes, key.roles),
        expiresAt: key.expiresAt?.toISOString() ?? null,
      }
    : { valid: false }
