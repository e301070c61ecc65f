import { db, Prisma } from '../db/client'
import { clubIsThere } from '../people/clubs'

/** What a delivery needs to be sent. */
export type ClaimedDelivery = {
  id: string
  clubId: string
  endpointId: string
  claimedAt: Date
  attempts: number
  url: string
  host: string
  secret: Uint8Array
  previousSecret: Uint8Array | null
  failingSince: Date | null
  slow: boolean
  eventId: string
  type: string
  sequence: bigint
  data: unknown
  createdAt: Date
}

/**
 * How long a process has for one, in milliseconds: if it ends meanwhile, another one tries it then. Longer than
 * any attempt takes.
 */
const LEASE_MS = 30_000
/**
 * How much of an endpoint is looked at: the oldest that are due, what is tried again, and the first of some keys,
 * so that none waits until another one's many events are sent.
 */
const WINDOW = { oldest: 20, again: 20, keys: 50 } as const
/** How many endpoints are served by one look, at most: twice as many as there is room for deliveries. */
const ENDPOINTS = 50

/**
 * At once, in this process: to one endpoint, to all of a club, to one host. Of a host that many clubs use, each
 * takes no more places than are left then: one alone gets half of them, two a third each, and some are left for
 * whoever comes next.
 */
export const BOUNDS = { endpoint: 4, club: 12, host: 24 } as const

/**
 * How many are under way now to each endpoint, of each club, to each host, and of each club to each host, by
 * both with a space in between; `slow`: whether those that fail or take long have no room left.
 */
export type UnderWay = Record<'endpoints' | 'clubs' | 'hosts' | 'clubHosts', Record<string, number>> & {
  slow: boolean
}

/**
 * Takes deliveries that are due, so that no other process does: of each endpoint those of its oldest events,
 * of some endpoints in no order. To an endpoint where nothing arrives goes one at a time; to those of a club
 * that is gone, none. Of one key the later event waits until the earlier one was tried once; not for longer,
 * and an urgent one for nothing.
 * @param free how many at most
 */
export async function claimDeliveries(
  urgent: boolean,
  free: number,
  { endpoints, clubs, hosts, clubHosts, slow }: UnderWay,
): Promise<ClaimedDelivery[]> {
  return db().$queryRaw`
    WITH RECURSIVE waiting("id") AS (
      (SELECT d."endpointId" FROM "WebhookDelivery" d WHERE d."nextAt" IS NOT NULL AND d."urgent" = ${urgent} ORDER BY 1 LIMIT 1)
      UNION ALL
      SELECT (SELECT d."endpointId" FROM "WebhookDelivery" d
        WHERE d."nextAt" IS NOT NULL AND d."urgent" = ${urgent} AND d."endpointId" > w."id" ORDER BY 1 LIMIT 1)
        FROM waiting w WHERE w."id" IS NOT NULL),
    roomy AS (
      SELECT p."id", p."clubId", p."host", (CASE WHEN p."failingSince" IS NULL THEN ${BOUNDS.endpoint}::int ELSE 1 END)
        - ${countOf(endpoints, Prisma.sql`p."id"::text`)} AS "room",
        ${BOUNDS.club}::int - ${countOf(clubs, Prisma.sql`p."clubId"`)} AS "ofClub",
        ${BOUNDS.host}::int - ${countOf(hosts, Prisma.sql`p."host"`)} AS "ofHost",
        ${countOf(clubHosts, Prisma.sql`p."clubId" || ' ' || p."host"`)} AS "there"
      FROM waiting w JOIN "WebhookEndpoint" p ON p."id" = w."id"
      WHERE p."disabledAt" IS NULL AND NOT (${slow} AND (p."slow" OR p."failingSince" IS NOT NULL))
        AND ${clubIsThere(Prisma.sql`p."clubId"`)}),
    served AS (
      SELECT * FROM roomy r
      WHERE r."room" > 0 AND r."ofClub" > 0 AND r."there" < r."ofHost" AND EXISTS (SELECT FROM "WebhookDelivery" d
        WHERE d."endpointId" = r."id" AND d."urgent" = ${urgent} AND d."nextAt" <= now())
      ORDER BY random() LIMIT ${Math.min(ENDPOINTS, 2 * free)}),
    due AS (
      SELECT d."id", d."sequence", s."clubId", s."host", s."ofClub", s."ofHost", s."there",
        row_number() OVER (PARTITION BY s."clubId" ORDER BY d."sequence") AS "n"
      FROM served s CROSS JOIN LATERAL (
        ${sendable(urgent)}
        ORDER BY "sequence" LIMIT s."room") d),
    shares AS (
      SELECT o.*, o."there" + row_number() OVER (PARTITION BY o."clubId", o."host" ORDER BY o."sequence") AS "share"
      FROM due o WHERE o."n" <= o."ofClub"),
    fair AS (
      SELECT f."id", f."ofHost" - f."share" - row_number() OVER (PARTITION BY f."host" ORDER BY f."share", f."sequence") + 1 AS "left"
      FROM shares f),
    taken AS (
      SELECT d."id" FROM "WebhookDelivery" d WHERE d."nextAt" <= now()
        AND d."id" = ANY (ARRAY(SELECT "id" FROM fair WHERE "left" >= 0 LIMIT ${free}))
      FOR UPDATE SKIP LOCKED)
    UPDATE "WebhookDelivery" d
    SET "claimedAt" = date_trunc('milliseconds', now()), "nextAt" = now() + make_interval(secs => ${LEASE_MS / 1000})
    FROM taken t, "WebhookEndpoint" p, "Event" e
    WHERE d."id" = t."id" AND d."nextAt" <= now() AND p."id" = d."endpointId" AND e."id" = d."eventId"
    RETURNING d."id", d."clubId", d."endpointId", d."claimedAt", d."attempts", p."url", p."host", p."secret",
      CASE WHEN p."previousUntil" > now() THEN p."previousSecret" END AS "previousSecret", p."failingSince", p."slow",
      d."eventId", e."type", e."sequence", e."data", e."createdAt"`
}

const countOf = (counts: Record<string, number>, key: Prisma.Sql) => Prisma.sql`
        coalesce((SELECT b."count" FROM unnest(${Object.keys(counts)}::text[], ${Object.values(counts)}::int[]) AS b("key", "count")
          WHERE b."key" = ${key}), 0)`

/** Of an endpoint `s`: the deliveries that are due and wait for no earlier one. */
const sendable = (urgent: boolean) =>
  urgent
    ? Prisma.sql`SELECT o."id", o."sequence" FROM (${OLDEST(true)}) o`
    : Prisma.sql`
    WITH RECURSIVE keys("subjectId", "n") AS (
      (SELECT d."subjectId", 1 FROM "WebhookDelivery" d
        WHERE d."endpointId" = s."id" AND ${UNTRIED} ORDER BY d."subjectId" LIMIT 1)
      UNION ALL
      SELECT next."subjectId", k."n" + 1 FROM keys k CROSS JOIN LATERAL (
        SELECT d."subjectId" FROM "WebhookDelivery" d WHERE d."endpointId" = s."id" AND d."subjectId" > k."subjectId" AND ${UNTRIED}
        ORDER BY d."subjectId" LIMIT 1) next
      WHERE k."n" < ${WINDOW.keys}),
    oldest AS MATERIALIZED (${OLDEST(false)}),
    again AS MATERIALIZED (
      SELECT d."id", d."sequence", d."subjectId" FROM "WebhookDelivery" d
      WHERE d."endpointId" = s."id" AND NOT d."urgent" AND d."nextAt" <= now() AND d."attempts" > 0 AND d."claimedAt" IS NULL
      ORDER BY d."nextAt" LIMIT ${WINDOW.again}),
    firsts AS MATERIALIZED (
      SELECT k."subjectId", f.* FROM (
        SELECT "subjectId" FROM keys UNION SELECT "subjectId" FROM oldest UNION SELECT "subjectId" FROM again) k
      CROSS JOIN LATERAL (
        SELECT d."id", d."sequence", d."urgent", d."nextAt" FROM "WebhookDelivery" d
        WHERE d."endpointId" = s."id" AND d."subjectId" = k."subjectId" AND ${UNTRIED}
        ORDER BY d."sequence" LIMIT 1) f)
    SELECT "id", "sequence" FROM firsts WHERE NOT "urgent" AND "nextAt" <= now()
    UNION ALL
    SELECT a."id", a."sequence" FROM again a LEFT JOIN firsts f ON f."subjectId" = a."subjectId"
      WHERE f."sequence" IS NULL OR a."sequence" < f."sequence"`

/** Later ones of the same key wait for these: they are tried for the first time, or will be. */
const UNTRIED = Prisma.sql`d."nextAt" IS NOT NULL AND (d."attempts" = 0 OR d."claimedAt" IS NOT NULL)`

const OLDEST = (urgent: boolean) => Prisma.sql`
      SELECT d."id", d."sequence", d."subjectId" FROM "WebhookDelivery" d
      WHERE d."endpointId" = s."id" AND d."urgent" = ${urgent} AND d."nextAt" <= now()
      ORDER BY d."nextAt", d."sequence" LIMIT ${WINDOW.oldest}`
