import type { Operation } from '@/contracts/operation'
import { definition, type Definition } from '@/contracts/definition'
import type { Actor } from '@/lib/actor'
import type { VerifiedKey } from '@/lib/auth/verification'
import { callsOf, changesBy, endingsBy } from '@/lib/limits/changes'
import type { Limit } from '@/lib/limits/limit'
import { effectiveScopes } from '@/lib/permissions/scopes'
import type { Call } from './call'
import { isPermitted } from './permission'

/**
 * The limits that apply to a call with this key, decided together. A change counts only for a key that may
 * make it, so that a key that can only read uses up no limit of changes. The club's ceiling refuses no
 * ending, since others can use it up.
 */
export function limitsMet(call: Pick<Call, 'method' | 'path'>, key: VerifiedKey): Limit[] {
  const { id, clubId, rateLimit, clubRateLimit } = key
  const own: Limit = {
    name: 'key',
    id,
    slot: clubId,
    limit: rateLimit.limit,
    windowSeconds: rateLimit.windowSeconds,
  }
  const club: Limit = {
    name: 'club',
    id: clubId,
    limit: clubRateLimit.limit,
    windowSeconds: clubRateLimit.windowSeconds,
  }
  if (isNeverLimited(call)) return [own, club].map((limit) => ({ ...limit, onlyCounts: true }))
  const act = call.method === 'GET' ? undefined : actOf(call, key)
  if (act === undefined) return [own, club]
  return act === 'making'
    ? [own, club, changesBy(key, 'keys')]
    : [own, { ...club, onlyCounts: true }, endingsBy(id, clubId)]
}

/**
 * The limits of a known caller for an operation: all of a session's, and those of a key that its path did not
 * show. If a change turns out to make something, its verb counts it as a making, too.
 */
export function limitsOf(actor: Actor, operation?: Operation): Limit[] {
  const { via } = actor
  const act = operation && isPermitted(actor, operation) ? operation.act : undefined
  if (via.kind !== 'api_key' && via.kind !== 'session') return []
  if (via.kind === 'api_key' && operation?.neverLimited) return []
  const ends = act === 'ending' || act === 'either'
  const limits = act === 'making' ? makingBy(actor) : []
  if (via.kind === 'api_key') return ends ? [endingsBy(via.keyId, actor.clubId)] : limits
  const calls = callsOf(via.sessionId)
  return ends ? [{ ...calls, onlyCounts: true }, endingsBy(via.sessionId)] : [calls, ...limits]
}

/** The limits of a change that makes something. */
export function makingBy({ clubId, userId, via }: Actor): Limit[] {
  if ((via.kind !== 'api_key' && via.kind !== 'session') || userId === null) return []
  return [changesBy({ clubId, userId }, via.kind === 'session' ? 'sessions' : 'keys')]
}

type Acts = { of: Definition; byPath: Map<string, Operation> }
let acts: Acts | undefined

/** Operations that change what credentials may do, by method and path. Computed once for each definition. */
function actsOf(of: Definition): Acts['byPath'] {
  if (acts?.of === of) return acts.byPath
  const changing = Object.values(of.operations).filter(({ act }) => act !== undefined)
  const named = changing.map((one) => [`${one.method} ${one.path.replace('{id}', '*')}`, one] as const)
  acts = { of, byPath: new Map(named) }
  return acts.byPath
}

/**
 * By the path that was asked for. If the handler's own is another one (rewrites, spelling), `route()` counts
 * what was missed here.
 */
function actOf(
  { method, path }: Pick<Call, 'method' | 'path'>,
  { scopes, roles }: VerifiedKey,
): Operation['act'] {
  const operation = actAt(method, path)
  if (!operation?.scope || operation.sessionOnly) return undefined
  return effectiveScopes(scopes, roles).includes(operation.scope) ? operation.act : undefined
}

const isNeverLimited = ({ method, path }: Pick<Call, 'method' | 'path'>): boolean =>
  method !== 'GET' && actAt(method, path)?.neverLimited === true

/** Whether a call ends something, as far as its path and method tell. */
export function endsSomething(method: string, path: string): boolean {
  const act = method === 'GET' ? undefined : actAt(method, path)?.act
  return act === 'ending' || act === 'either'
}

function actAt(method: string, path: string): Operation | undefined {
  const byPath = actsOf(definition())
  return byPath.get(`${method} ${path}`) ?? byPath.get(`${method} ${ofAnyId(path)}`)
}

/** `/api/v1/<resource>/<id>/...` with the id left open. */
function ofAnyId(path: string): string {
  const parts = path.split('/')
  if (parts.length > 4) parts[4] = '*'
  return parts.join('/')
}
