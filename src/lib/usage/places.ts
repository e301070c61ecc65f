import { createHash } from 'node:crypto'
import { db, type Transaction } from '../db/client'
import { settings } from '../settings'
import { userAgentKept } from '../user-agent'

// Where keys are used from, by address and user agent: what shows a leaked key in use.

/** How many different places of a key are kept: the last ones. */
export const PLACES_KEPT = 20
/** Beyond so many between two writes, further ones are left out: memory stays bounded. */
const MAX_PENDING = 50_000
const MAX_IN_ONE_STATEMENT = 2_000
const AGENT_MAX = 200

type Place = { apiKeyId: string; address: string | null; userAgent: string | null; at: number }
type Pending = { byKey: Map<string, Map<string, Place>>; size: number }

const shared = globalThis as typeof globalThis & { clubkeysKeyPlaces?: Pending }
const pending = (): Pending => (shared.clubkeysKeyPlaces ??= { byKey: new Map(), size: 0 })

/** A key was let in from there. Noted in memory; runs no statement. */
export function notePlace(apiKeyId: string, address: string | null, agent: string | undefined): void {
  if (!settings().keepsPlaces) return
  const state = pending()
  const userAgent = agent?.slice(0, AGENT_MAX) ?? null
  const name = `${address ?? ''}\n${userAgent ?? ''}`
  const places = state.byKey.get(apiKeyId)
  const known = places?.get(name)
  if (known) known.at = Date.now()
  else if (state.size < MAX_PENDING)
    add(state, name, { apiKeyId, address, userAgent: ownText(userAgent), at: Date.now() })
}

/** Of a key's places the one that was noted first makes room. */
function add(state: Pending, name: string, place: Place): void {
  const places = state.byKey.get(place.apiKeyId) ?? new Map<string, Place>()
  state.byKey.set(place.apiKeyId, places.set(name, place))
  const [first] = places.keys()
  if (places.size > PLACES_KEPT && first !== undefined) places.delete(first)
  else state.size++
}

/** A part of a text keeps all of it in memory: a copy does not. */
const ownText = (text: string | null): string | null =>
  text === null ? null : userAgentKept(Buffer.from(text, 'utf8').toString('utf8'), AGENT_MAX)

/** Writes what was noted. What could not be written is noted again. @throws what the database does */
export async function writePlaces(): Promise<void> {
  const places = [...pending().byKey.values()].flatMap((ofKey) => [...ofKey.values()])
  shared.clubkeysKeyPlaces = { byKey: new Map(), size: 0 }
  for (let from = 0; from < places.length; from += MAX_IN_ONE_STATEMENT) {
    try {
      await write(places.slice(from, from + MAX_IN_ONE_STATEMENT))
    } catch (error) {
      for (const place of places.slice(from)) keep(place)
      throw error
    }
  }
}

function keep(place: Place): void {
  const state = pending()
  const name = `${place.address ?? ''}\n${place.userAgent ?? ''}`
  if (!state.byKey.get(place.apiKeyId)?.has(name) && state.size < MAX_PENDING) add(state, name, place)
}

/**
 * Every process takes the rows in the same order, and leaves alone what another one holds, so that no two
 * wait for each other. What it sees of a key's rows is from before it wrote: with the new ones no more are
 * left than are kept.
 */
async function write(places: Place[]): Promise<void> {
  await db().$executeRaw`
    WITH noted AS MATERIALIZED (
      SELECT n.*, k."clubId" FROM unnest(
        ${places.map(({ apiKeyId }) => apiKeyId)}::uuid[], ${places.map(digestOf)}::text[], ${places.map(({ address }) => address)}::text[],
        ${places.map(({ userAgent }) => userAgent)}::text[], ${places.map(({ at }) => new Date(at))}::timestamptz[]
      ) AS n("id", "place", "address", "userAgent", "at") JOIN "ApiKey" k ON k."id" = n."id"
    ), written AS (
      INSERT INTO "ApiKeyPlace" AS p ("apiKeyId", "clubId", "place", "address", "userAgent", "lastUsedAt")
      SELECT "id", "clubId", "place", min("address"), min("userAgent"), max("at") FROM noted GROUP BY 1, 2, 3 ORDER BY 1, 3
      ON CONFLICT ("apiKeyId", "place") DO UPDATE SET "lastUsedAt" = GREATEST(p."lastUsedAt", EXCLUDED."lastUsedAt")
    ), left_over AS (
      SELECT o."apiKeyId", o."place" FROM (
        SELECT p."apiKeyId", p."place", row_number() OVER (PARTITION BY p."apiKeyId" ORDER BY p."lastUsedAt" DESC, p."place") AS "nth"
        FROM "ApiKeyPlace" p WHERE p."apiKeyId" IN (SELECT "id" FROM noted)
          AND NOT EXISTS (SELECT FROM noted n WHERE n."id" = p."apiKeyId" AND n."place" = p."place")
      ) o JOIN (SELECT "id", count(DISTINCT "place") AS "new" FROM noted GROUP BY 1) n ON n."id" = o."apiKeyId"
      WHERE o."nth" > ${PLACES_KEPT} - n."new"
    )
    DELETE FROM "ApiKeyPlace" WHERE ctid = ANY (ARRAY(
      SELECT p.ctid FROM "ApiKeyPlace" p JOIN left_over USING ("apiKeyId", "place") FOR UPDATE OF p SKIP LOCKED))`
}

/** What makes a place another one, short enough for a primary key. */
const digestOf = ({ address, userAgent }: Place): string =>
  createHash('sha256')
    .update(JSON.stringify([address, userAgent]))
    .digest('base64url')
    .slice(0, 22)

/** Where none are to be kept, none that were are left. */
export const deletePlaces = (tx: Transaction, most: number): Promise<number> =>
  settings().keepsPlaces
    ? Promise.resolve(0)
    : tx.$executeRaw`
        DELETE FROM "ApiKeyPlace" WHERE ctid = ANY (ARRAY(SELECT ctid FROM "ApiKeyPlace" LIMIT ${most} FOR UPDATE SKIP LOCKED))`
