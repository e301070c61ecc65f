-- Who owns keys, for the layer: it locks this row and none of the app's, and keeps on it what must outlast somebody who leaves.

CREATE TYPE "OwnerKind" AS ENUM ('user', 'service');

CREATE TABLE "Holder" (
    "clubId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "kind" "OwnerKind" NOT NULL,
    "keysToEnd" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "Holder_pkey" PRIMARY KEY ("clubId","userId")
);

INSERT INTO "Holder" ("clubId", "userId", "name", "kind", "keysToEnd")
  SELECT m."clubId", m."userId", coalesce(m."name", u."name"), u."kind"::text::"OwnerKind", m."keysToEnd"
    FROM "Membership" m JOIN "User" u ON u."id" = m."userId"
   WHERE EXISTS (SELECT FROM "ApiKey" k WHERE k."clubId" = m."clubId" AND k."userId" = m."userId")
      OR EXISTS (SELECT FROM "ApiKeyTombstone" t WHERE t."clubId" = m."clubId" AND t."userId" = m."userId");

ALTER TABLE "ApiKey" DROP CONSTRAINT "ApiKey_clubId_userId_fkey";
ALTER TABLE "OwnerUsage" DROP CONSTRAINT "OwnerUsage_clubId_userId_fkey";
INSERT INTO "Holder" ("clubId", "userId", "name", "kind")
  SELECT DISTINCT o."clubId", o."userId", coalesce(m."name", u."name"), u."kind"::text::"OwnerKind"
    FROM "OwnerUsage" o JOIN "Membership" m ON m."clubId" = o."clubId" AND m."userId" = o."userId" JOIN "User" u ON u."id" = m."userId"
  ON CONFLICT DO NOTHING;
ALTER TABLE "ApiKey" ADD CONSTRAINT "ApiKey_clubId_userId_fkey" FOREIGN KEY ("clubId", "userId") REFERENCES "Holder"("clubId", "userId") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "OwnerUsage" ADD CONSTRAINT "OwnerUsage_clubId_userId_fkey" FOREIGN KEY ("clubId", "userId") REFERENCES "Holder"("clubId", "userId") ON DELETE RESTRICT ON UPDATE RESTRICT;

CREATE INDEX "Holder_keys_to_end" ON "Holder"("clubId", "userId") WHERE "keysToEnd";
CREATE TRIGGER "Holder_identity" BEFORE UPDATE ON "Holder" FOR EACH ROW
  WHEN (OLD."clubId" <> NEW."clubId" OR OLD."userId" <> NEW."userId")
  EXECUTE FUNCTION refuse_change('a holder keeps their club and user');

-- Whom keys may belong to: whoever the app says, and the club's service accounts, which have no address.
CREATE VIEW "owner" AS
  SELECT p."club_id", p."user_id", p."name", p."email", p."roles", p."active",
         CASE WHEN p."email" IS NULL THEN 'service' ELSE 'user' END AS "kind"
    FROM "principal" p;

-- OFFSET 0 has the app's view asked for one row at a time, whatever it is made of.
CREATE VIEW "live_owner" AS
  SELECT h."clubId", h."userId", o."name", o."roles"
    FROM "Holder" h CROSS JOIN LATERAL (
      SELECT o."name", o."roles" FROM "owner" o WHERE o."club_id" = h."clubId"::text AND o."user_id" = h."userId"::text OFFSET 0) o;

-- Of these users of a club, the active ones, with their holders locked until the commit: in one order, so that no two wait in a circle.
-- Read after the lock, each statement afresh: what was waited for is seen.
CREATE FUNCTION hold_owners(club uuid, users uuid[]) RETURNS TABLE ("userId" uuid, "name" text, "kind" text, "roles" text[])
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  INSERT INTO "Holder" ("clubId", "userId", "name", "kind")
    SELECT club, g."id", o."name", o."kind"::"OwnerKind" FROM unnest(users) AS g("id")
      CROSS JOIN LATERAL (SELECT * FROM "owner" o WHERE o."club_id" = club::text AND o."user_id" = g."id"::text OFFSET 0) o
      WHERE NOT EXISTS (SELECT FROM "Holder" h WHERE h."clubId" = club AND h."userId" = g."id")
      ORDER BY g."id" ON CONFLICT DO NOTHING;
  PERFORM FROM "Holder" h WHERE h."clubId" = club AND h."userId" = ANY (users) ORDER BY h."userId" FOR NO KEY UPDATE;
  RETURN QUERY SELECT g."id", o."name", o."kind", o."roles" FROM (SELECT DISTINCT unnest(users) AS "id") g
    CROSS JOIN LATERAL (SELECT * FROM "owner" o WHERE o."club_id" = club::text AND o."user_id" = g."id"::text OFFSET 0) o
    WHERE o."active";
END $$;

CREATE FUNCTION name_holder() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM "Holder" h WHERE h."clubId" = NEW."clubId" AND h."userId" = NEW."userId") THEN
    INSERT INTO "Holder" ("clubId", "userId", "name", "kind")
      SELECT NEW."clubId", NEW."userId", o."name", o."kind"::"OwnerKind" FROM "owner" o
       WHERE o."club_id" = NEW."clubId"::text AND o."user_id" = NEW."userId"::text ON CONFLICT DO NOTHING;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "ApiKey_names_holder" BEFORE INSERT ON "ApiKey" FOR EACH ROW EXECUTE FUNCTION name_holder();

-- No key is made for somebody who leaves meanwhile, whoever makes it. It waits for them to have left, and then finds them gone; or they
-- wait for it, and end it. The holder is updated, not only locked: whoever leaves in a transaction with an older view of the database
-- could not see the key, and gets a serialization failure instead.
CREATE FUNCTION refuse_leavers_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM "Holder" h JOIN (SELECT DISTINCT "clubId", "userId" FROM made) m USING ("clubId", "userId")
    ORDER BY h."clubId", h."userId" FOR NO KEY UPDATE OF h;
  UPDATE "Holder" h SET "name" = coalesce((
      SELECT o."name" FROM "owner" o WHERE o."club_id" = h."clubId"::text AND o."user_id" = h."userId"::text), h."name")
    FROM (SELECT DISTINCT "clubId", "userId" FROM made) m WHERE h."clubId" = m."clubId" AND h."userId" = m."userId";
  IF EXISTS (
    SELECT FROM (SELECT DISTINCT "clubId", "userId" FROM made) m JOIN "Holder" h USING ("clubId", "userId")
     WHERE h."keysToEnd" OR NOT EXISTS (
       SELECT FROM "owner" o WHERE o."club_id" = m."clubId"::text AND o."user_id" = m."userId"::text)) THEN
    RAISE EXCEPTION 'the owner of a new key has left the club' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "ApiKey_of_no_leaver" AFTER INSERT ON "ApiKey" REFERENCING NEW TABLE AS made
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_leavers_key();

-- For people whose rows in the app have changed. Whoever has left leaves their keys behind: none is good from the commit on, and up to 100
-- of each are revoked with it; of the rest their holder remembers that they are still to be, since a statement has a moment, not a minute.
-- A return revives none, however many are left: it waits, or is refused. Everybody has a holder for that moment, also who never had a key:
-- somebody may be making their first one.
CREATE FUNCTION settle_holders(clubs text[], users text[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  uuids CONSTANT text := '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
  reason CONSTANT text := 'The owner left the club.';
  touched jsonb;
  gone jsonb;
BEGIN
  WITH pairs AS (
    SELECT DISTINCT g."club", g."user" FROM unnest(clubs, users) AS g("club", "user") WHERE g."club" ~ uuids AND g."user" ~ uuids
  ), locked AS (
    INSERT INTO "Holder" AS h ("clubId", "userId", "name", "kind") SELECT "club"::uuid, "user"::uuid, '', 'user' FROM pairs ORDER BY 1, 2
    ON CONFLICT ("clubId", "userId") DO UPDATE SET "keysToEnd" = h."keysToEnd"
    RETURNING h."clubId" AS "club", h."userId" AS "user", h."keysToEnd" AS "late", h.xmax = 0 AS "new")
  SELECT coalesce(jsonb_agg(locked), '[]') INTO touched FROM locked;
  DELETE FROM "Holder" h USING jsonb_to_recordset(touched) AS g("club" uuid, "user" uuid, "new" boolean)
    WHERE g."new" AND h."clubId" = g."club" AND h."userId" = g."user";
  SELECT coalesce(jsonb_agg(g), '[]') INTO gone FROM jsonb_to_recordset(touched) AS g("club" uuid, "user" uuid, "new" boolean)
    WHERE NOT g."new" AND NOT EXISTS (
      SELECT FROM "owner" o WHERE o."club_id" = g."club"::text AND o."user_id" = g."user"::text);
  UPDATE "ApiKey" SET "revokedAt" = now(), "revokedReason" = reason, "updatedAt" = now() WHERE "id" IN (
    SELECT k."id" FROM jsonb_to_recordset(gone) AS g("club" uuid, "user" uuid) CROSS JOIN LATERAL (
      SELECT k."id" FROM "ApiKey" k WHERE k."clubId" = g."club" AND k."userId" = g."user" AND k."revokedAt" IS NULL LIMIT 100) k);
  UPDATE "Holder" h SET "keysToEnd" = true FROM jsonb_to_recordset(gone) AS g("club" uuid, "user" uuid)
    WHERE h."clubId" = g."club" AND h."userId" = g."user" AND EXISTS (
      SELECT FROM "ApiKey" k WHERE k."clubId" = g."club" AND k."userId" = g."user" AND k."revokedAt" IS NULL);
  -- Those who are back.
  WITH back AS (
    UPDATE "Holder" h SET "keysToEnd" = false FROM jsonb_to_recordset(touched) AS g("club" uuid, "user" uuid, "late" boolean)
      WHERE g."late" AND h."clubId" = g."club" AND h."userId" = g."user" AND EXISTS (
        SELECT FROM "owner" o WHERE o."club_id" = g."club"::text AND o."user_id" = g."user"::text)
      RETURNING h."clubId", h."userId")
  UPDATE "ApiKey" k SET "revokedAt" = now(), "revokedReason" = reason, "updatedAt" = now() FROM back b
    WHERE k."clubId" = b."clubId" AND k."userId" = b."userId" AND k."revokedAt" IS NULL;
END $$;
REVOKE EXECUTE ON FUNCTION settle_holders(text[], text[]) FROM PUBLIC;

DROP TRIGGER "Membership_removal_revokes" ON "Membership";
DROP TRIGGER "Membership_return_revives_none" ON "Membership";
DROP FUNCTION revoke_leavers_keys();
DROP FUNCTION end_leavers_keys();
DROP INDEX "Membership_keys_to_end";
ALTER TABLE "Membership" DROP COLUMN "keysToEnd";

-- A demotion, too, waits for a key that is being made, and the other way round.
CREATE FUNCTION settle_member() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  PERFORM settle_holders(ARRAY[NEW."clubId"::text], ARRAY[NEW."userId"::text]);
  RETURN NULL;
END $$;
-- Named to come before the rule of the last admin: whoever waits here learns of that only then.
CREATE TRIGGER "Membership_holder_settles" AFTER UPDATE ON "Membership" FOR EACH ROW
  WHEN (OLD."status" <> NEW."status" OR OLD."roles" <> NEW."roles") EXECUTE FUNCTION settle_member();

DO $$
DECLARE
  rule text;
BEGIN
  FOREACH rule IN ARRAY ARRAY['hold_owners(uuid, uuid[])', 'name_holder()', 'refuse_leavers_key()', 'settle_holders(text[], text[])', 'settle_member()'] LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, %I, pg_temp', rule, current_schema());
  END LOOP;
END $$;
