-- Whoever deletes keys takes away, key by key, what refers to them: rows that those who write usage hold, and wait for each other in an
-- order of their own. So they take turns: many may write at once, or one may delete. It comes before any row: as the first thing of each
-- statement. Two who delete wait, too: each would take the sums of owners in the order of its keys.
CREATE FUNCTION wait_for_deleted_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(7266001914);
  RETURN NULL;
END $$;

CREATE FUNCTION delete_keys_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7266001914);
  RETURN NULL;
END $$;

CREATE TRIGGER "ApiKey_delete_alone" BEFORE DELETE ON "ApiKey" FOR EACH STATEMENT EXECUTE FUNCTION delete_keys_alone();
CREATE TRIGGER "ApiKeyUsage_wait" BEFORE INSERT OR UPDATE ON "ApiKeyUsage" FOR EACH STATEMENT EXECUTE FUNCTION wait_for_deleted_keys();
CREATE TRIGGER "ApiKeyUsageDay_wait" BEFORE INSERT OR UPDATE ON "ApiKeyUsageDay" FOR EACH STATEMENT EXECUTE FUNCTION wait_for_deleted_keys();
CREATE TRIGGER "ApiKeyReminder_wait" BEFORE INSERT OR UPDATE ON "ApiKeyReminder" FOR EACH STATEMENT EXECUTE FUNCTION wait_for_deleted_keys();
-- Places that make room are deleted in the statement that writes the new ones, and before these.
CREATE TRIGGER "ApiKeyPlace_wait" BEFORE INSERT OR UPDATE OR DELETE ON "ApiKeyPlace" FOR EACH STATEMENT EXECUTE FUNCTION wait_for_deleted_keys();

-- A statement adds to sums twice, for the rows that it changed and then for those that are new: of two, one could hold the first club and
-- want the second, the other the other way round. So one adds at a time, until its commit.
CREATE OR REPLACE FUNCTION add_usage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7266001915);
  INSERT INTO "ClubUsage" AS c ("clubId", "hour", "requests", "denied", "limited", "errors")
    SELECT "clubId", "hour", sum("requests"), sum("denied"), sum("limited"), sum("errors") FROM added GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT ("clubId", "hour") DO UPDATE SET
      "requests" = c."requests" + EXCLUDED."requests", "denied" = c."denied" + EXCLUDED."denied",
      "limited" = c."limited" + EXCLUDED."limited", "errors" = c."errors" + EXCLUDED."errors";
  INSERT INTO "OwnerUsage" AS o ("clubId", "userId", "hour", "requests", "denied", "limited", "errors")
    SELECT a."clubId", k."userId", a."hour", sum(a."requests"), sum(a."denied"), sum(a."limited"), sum(a."errors")
    FROM added a JOIN "ApiKey" k ON k."id" = a."apiKeyId" GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT ("clubId", "userId", "hour") DO UPDATE SET
      "requests" = o."requests" + EXCLUDED."requests", "denied" = o."denied" + EXCLUDED."denied",
      "limited" = o."limited" + EXCLUDED."limited", "errors" = o."errors" + EXCLUDED."errors";
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION add_more_usage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7266001915);
  INSERT INTO "ClubUsage" AS c ("clubId", "hour", "requests", "denied", "limited", "errors")
    SELECT n."clubId", n."hour", sum(n."requests" - b."requests"), sum(n."denied" - b."denied"), sum(n."limited" - b."limited"), sum(n."errors" - b."errors")
    FROM after n JOIN before b ON b."apiKeyId" = n."apiKeyId" AND b."hour" = n."hour" GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT ("clubId", "hour") DO UPDATE SET
      "requests" = c."requests" + EXCLUDED."requests", "denied" = c."denied" + EXCLUDED."denied",
      "limited" = c."limited" + EXCLUDED."limited", "errors" = c."errors" + EXCLUDED."errors";
  INSERT INTO "OwnerUsage" AS o ("clubId", "userId", "hour", "requests", "denied", "limited", "errors")
    SELECT n."clubId", k."userId", n."hour", sum(n."requests" - b."requests"), sum(n."denied" - b."denied"), sum(n."limited" - b."limited"), sum(n."errors" - b."errors")
    FROM after n JOIN before b ON b."apiKeyId" = n."apiKeyId" AND b."hour" = n."hour" JOIN "ApiKey" k ON k."id" = n."apiKeyId"
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT ("clubId", "userId", "hour") DO UPDATE SET
      "requests" = o."requests" + EXCLUDED."requests", "denied" = o."denied" + EXCLUDED."denied",
      "limited" = o."limited" + EXCLUDED."limited", "errors" = o."errors" + EXCLUDED."errors";
  RETURN NULL;
END $$;

-- Replacing a function takes its settings away.
DO $$
DECLARE
  rule text;
BEGIN
  FOREACH rule IN ARRAY ARRAY['wait_for_deleted_keys()', 'delete_keys_alone()', 'add_usage()', 'add_more_usage()'] LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, %I, pg_temp', rule, current_schema());
  END LOOP;
END $$;
