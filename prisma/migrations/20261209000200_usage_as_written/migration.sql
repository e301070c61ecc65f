-- CreateTable
CREATE TABLE "OwnerUsage" (
    "clubId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "requests" BIGINT NOT NULL DEFAULT 0,
    "denied" BIGINT NOT NULL DEFAULT 0,
    "limited" BIGINT NOT NULL DEFAULT 0,
    "errors" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "OwnerUsage_pkey" PRIMARY KEY ("clubId","userId","hour")
);

-- CreateIndex
CREATE INDEX "OwnerUsage_hour_idx" ON "OwnerUsage"("hour");

-- AddForeignKey
ALTER TABLE "OwnerUsage" ADD CONSTRAINT "OwnerUsage_clubId_userId_fkey" FOREIGN KEY ("clubId", "userId") REFERENCES "Membership"("clubId", "userId") ON DELETE RESTRICT ON UPDATE RESTRICT;

CREATE TRIGGER "OwnerUsage_identity" BEFORE UPDATE ON "OwnerUsage" FOR EACH ROW
  WHEN (OLD."clubId" <> NEW."clubId" OR OLD."userId" <> NEW."userId")
  EXECUTE FUNCTION refuse_change('what an owner used stays their own');

-- What a club used, and what an owner's keys did, is added up as it is written, whoever writes it: a chart of a million rows reads some
-- hundred. Always in this order, after the rows themselves, so that no two who write wait in a circle.
-- A statement adds to sums twice, for the rows that it changed and then for those that are new: of two, one could hold the first club and
-- want the second, the other the other way round. So one adds at a time, until its commit.
CREATE FUNCTION add_usage() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE FUNCTION add_more_usage() RETURNS trigger LANGUAGE plpgsql AS $$
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

-- What a deleted key did goes with it. The club's sums keep it.
CREATE FUNCTION forget_owners_usage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM "OwnerUsage" WHERE "clubId" = OLD."clubId" AND "userId" = OLD."userId"
    AND "hour" IN (SELECT "hour" FROM "ApiKeyUsage" WHERE "apiKeyId" = OLD."id") ORDER BY "hour" FOR NO KEY UPDATE;
  UPDATE "OwnerUsage" o SET "requests" = o."requests" - u."requests", "denied" = o."denied" - u."denied",
    "limited" = o."limited" - u."limited", "errors" = o."errors" - u."errors"
  FROM "ApiKeyUsage" u WHERE u."apiKeyId" = OLD."id" AND o."clubId" = OLD."clubId" AND o."userId" = OLD."userId" AND o."hour" = u."hour";
  RETURN OLD;
END $$;

DO $$
DECLARE
  rule text;
BEGIN
  FOREACH rule IN ARRAY ARRAY['add_usage()', 'add_more_usage()', 'forget_owners_usage()'] LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, %I, pg_temp', rule, current_schema());
  END LOOP;
END $$;

CREATE TRIGGER "ApiKeyUsage_added" AFTER INSERT ON "ApiKeyUsage" REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION add_usage();
CREATE TRIGGER "ApiKeyUsage_added_to" AFTER UPDATE ON "ApiKeyUsage" REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION add_more_usage();
CREATE TRIGGER "ApiKey_forget_owners_usage" BEFORE DELETE ON "ApiKey" FOR EACH ROW EXECUTE FUNCTION forget_owners_usage();

-- What was written before: from here on nobody writes until this is committed. The club's sums have what was folded.
INSERT INTO "ClubUsage" AS c ("clubId", "hour", "requests", "denied", "limited", "errors")
  SELECT u."clubId", u."hour", sum(u."requests"), sum(u."denied"), sum(u."limited"), sum(u."errors") FROM "ApiKeyUsage" u, "UsageFold" f
  WHERE (u."hour", u."clubId", u."apiKeyId") > (f."hour", f."club", f."apiKey") GROUP BY 1, 2
  ON CONFLICT ("clubId", "hour") DO UPDATE SET
    "requests" = c."requests" + EXCLUDED."requests", "denied" = c."denied" + EXCLUDED."denied",
    "limited" = c."limited" + EXCLUDED."limited", "errors" = c."errors" + EXCLUDED."errors";
INSERT INTO "OwnerUsage" ("clubId", "userId", "hour", "requests", "denied", "limited", "errors")
  SELECT u."clubId", k."userId", u."hour", sum(u."requests"), sum(u."denied"), sum(u."limited"), sum(u."errors")
  FROM "ApiKeyUsage" u JOIN "ApiKey" k ON k."id" = u."apiKeyId" GROUP BY 1, 2, 3;
