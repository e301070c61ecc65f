import { isIP } from 'node:net'
import type { Introspection, IntrospectBody } from '@/contracts/introspection'
import type { Metadata } from '@/contracts/metadata'
import type { Actor, Trace } from '../actor'
import { invalid } from '../errors'
import { lookUpUnder, overFailures } from '../limits/failures'
import { guessesBy, type CountGuess } from '../limits/guesses'
import type { Limit } from '../limits/limit'
import { effectiveScopes } from '../permissions/scopes'
import { atFirstUse, mayBeFirstUse } from './slow-hashes/first-use'
import { watchHoneykeys } from './honeykey-alarm'
import { digestText, isOneToken } from './token'
import { verifyDigest } from './validate'
import type { VerifiedKey } from './verification'

const INACTIVE = { active: false } as const

/**
 * Whether a token that somebody presented to the caller is active, and whose it is (RFC 7662). Tokens of
 * other clubs, dead and unknown ones get one answer. This is no use of the key: nothing of it is counted.
 * @param countGuess counts an answer that is not active against the caller, whoever's client sent the token
 * @throws Refusal `validation_failed` (`client_address`), `unavailable`; `rate_limited` instead of an answer
 *   that is not active, for a caller who had too many of them
 */
export async function introspectToken(
  actor: Actor,
  { token, client_address: address, scope = '' }: IntrospectBody,
  countGuess: CountGuess,
): Promise<Introspection> {
  const key = await findActiveKey(actor, { token, client: addressGiven(address), scope }, countGuess)
  return key ? described(key) : INACTIVE
}

type Asked = { token: string; client: string | null; scope?: string }

/**
 * The key of a token that is active for this caller, if it came from that client.
 * @throws Refusal `unavailable`; `rate_limited` instead of null
 */
export async function findActiveKey(
  actor: Actor,
  { token, client, scope = '' }: Asked,
  countGuess: CountGuess,
): Promise<VerifiedKey | null> {
  const key = await findKeyOfClub(actor, { token, client })
  if (key && mayComeFrom(key, client) && holdsAll(key, scope)) return key
  await countGuess()
  return null
}

/** What a caller asked about in vain. */
export const guessesOf = ({ via, clubId }: Actor): Limit =>
  via.kind === 'api_key'
    ? guessesBy(via.keyId, clubId)
    : guessesBy(via.kind === 'session' ? via.sessionId : via.label)

/** @throws Refusal `validation_failed` */
function addressGiven(text: string | undefined): string | null {
  // RFC 6749 §3.1: a parameter without a value counts as left out.
  if (text === undefined || text === '') return null
  if (isIP(text) !== 0) return text
  throw invalid([{ path: 'client_address', message: 'must be an IPv4 or IPv6 address, without a port' }])
}

async function findKeyOfClub(actor: Actor, { token, client }: Asked): Promise<VerifiedKey | null> {
  if (!isOneToken(token)) return null
  const digest = digestText(token)
  const guesses = guessesOf(actor)
  const verify = () =>
    verifyDigest(digest, token, (lookUp, wasGood) => (wasGood ? lookUp() : lookUpUnder(guesses, lookUp)))
  let verification = await verify()
  watchHoneykeys(verification, () => presentedFrom(actor, client))
  const isUnknown = !verification.ok && verification.reason === 'unknown'
  // A caller over its guesses must not make this server compute.
  if (isUnknown && mayBeFirstUse(token) && !overFailures(guesses))
    // One turn for a club: keys that it makes multiply nothing.
    if (await atFirstUse(token, digest, { turn: `club ${actor.clubId}`, clubId: actor.clubId }))
      verification = await verify()
  return verification.ok && verification.key.clubId === actor.clubId ? verification.key : null
}

/** Where a token came from is known of the service that asks, unless it says who sent it. */
const presentedFrom = ({ trace }: Actor, client: string | null): Trace => ({
  requestId: trace.requestId,
  address: client ?? trace.address,
  userAgent: client === null ? trace.userAgent : null,
})

const mayComeFrom = ({ allowedCidrs }: VerifiedKey, client: string | null): boolean =>
  allowedCidrs === null || allowedCidrs.allows(client)

const scopesNow = ({ scopes, roles }: VerifiedKey) => effectiveScopes(scopes, roles)

function holdsAll(key: VerifiedKey, asked: string): boolean {
  const held = scopesNow(key)
  return asked.split(' ').every((scope) => scope === '' || held.includes(scope))
}

const described = (key: VerifiedKey): Introspection => ({
  active: true,
  scope: scopesNow(key).join(' '),
  client_id: key.id,
  sub: key.userId,
  ...(key.expiresAt && { exp: Math.floor(key.expiresAt.getTime() / 1000) }),
  iat: key.madeAt,
  club: { id: key.clubId, slug: key.clubSlug },
  name: key.name,
  metadata: JSON.parse(key.metadata) as Metadata,
})
