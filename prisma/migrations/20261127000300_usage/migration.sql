-- What keys are used for: apart from the keys, so that recording it never touches the row that verification reads.

-- For the functions, as in the first migration.
SELECT set_config('search_path', format('%I, pg_temp', current_schema()), true);

CREATE TABLE "ApiKeyUse" (
    "apiKeyId" UUID NOT NULL,
    "clubId" TEXT NOT NULL,
    "lastUsedAt" TIMESTAMPTZ(3) NOT NULL,
    "writtenBy" BIGINT NOT NULL DEFAULT 0,
    "earlier" TIMESTAMPTZ(3)[] DEFAULT ARRAY[]::TIMESTAMPTZ(3)[],
    "earlierBy" BIGINT[] DEFAULT ARRAY[]::BIGINT[],

    CONSTRAINT "ApiKeyUse_pkey" PRIMARY KEY ("apiKeyId")
);
CREATE INDEX "ApiKeyUse_clubId_lastUsedAt_apiKeyId_idx" ON "ApiKeyUse"("clubId", "lastUsedAt", "apiKeyId");
CREATE UNIQUE INDEX "ApiKeyUse_clubId_apiKeyId_key" ON "ApiKeyUse"("clubId", "apiKeyId");
ALTER TABLE "ApiKeyUse" ADD CONSTRAINT "ApiKeyUse_clubId_apiKeyId_fkey" FOREIGN KEY ("clubId", "apiKeyId") REFERENCES "ApiKey"("clubId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "ApiKeyScopeUse" (
    "apiKeyId" UUID NOT NULL,
    "clubId" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "lastUsedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ApiKeyScopeUse_pkey" PRIMARY KEY ("apiKeyId","scope")
);
ALTER TABLE "ApiKeyScopeUse" ADD CONSTRAINT "ApiKeyScopeUse_clubId_apiKeyId_fkey" FOREIGN KEY ("clubId", "apiKeyId") REFERENCES "ApiKey"("clubId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "ApiKeyPlace" (
    "apiKeyId" UUID NOT NULL,
    "clubId" TEXT NOT NULL,
    "place" TEXT NOT NULL,
    "address" TEXT,
    "userAgent" TEXT,
    "lastUsedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ApiKeyPlace_pkey" PRIMARY KEY ("apiKeyId","place")
);
ALTER TABLE "ApiKeyPlace" ADD CONSTRAINT "ApiKeyPlace_clubId_apiKeyId_fkey" FOREIGN KEY ("clubId", "apiKeyId") REFERENCES "ApiKey"("clubId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "ApiKeyUsage" (
    "apiKeyId" UUID NOT NULL,
    "clubId" TEXT NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "requests" INTEGER NOT NULL DEFAULT 0,
    "denied" INTEGER NOT NULL DEFAULT 0,
    "limited" INTEGER NOT NULL DEFAULT 0,
    "errors" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "ApiKeyUsage_pkey" PRIMARY KEY ("apiKeyId","hour")
);
CREATE INDEX "ApiKeyUsage_hour_clubId_apiKeyId_idx" ON "ApiKeyUsage"("hour", "clubId", "apiKeyId");
ALTER TABLE "ApiKeyUsage" ADD CONSTRAINT "ApiKeyUsage_clubId_apiKeyId_fkey" FOREIGN KEY ("clubId", "apiKeyId") REFERENCES "ApiKey"("clubId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "ApiKeyUsageDay" (
    "apiKeyId" UUID NOT NULL,
    "clubId" TEXT NOT NULL,
    "day" TIMESTAMPTZ(3) NOT NULL,
    "requests" INTEGER NOT NULL DEFAULT 0,
    "denied" INTEGER NOT NULL DEFAULT 0,
    "limited" INTEGER NOT NULL DEFAULT 0,
    "errors" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "ApiKeyUsageDay_pkey" PRIMARY KEY ("apiKeyId","day")
);
CREATE INDEX "ApiKeyUsageDay_day_idx" ON "ApiKeyUsageDay"("day");
ALTER TABLE "ApiKeyUsageDay" ADD CONSTRAINT "ApiKeyUsageDay_clubId_apiKeyId_fkey" FOREIGN KEY ("clubId", "apiKeyId") REFERENCES "ApiKey"("clubId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "ClubUsage" (
    "clubId" TEXT NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "requests" BIGINT NOT NULL DEFAULT 0,
    "denied" BIGINT NOT NULL DEFAULT 0,
    "limited" BIGINT NOT NULL DEFAULT 0,
    "errors" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "ClubUsage_pkey" PRIMARY KEY ("clubId","hour")
);
CREATE INDEX "ClubUsage_hour_idx" ON "ClubUsage"("hour");

CREATE TABLE "OwnerUsage" (
    "clubId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "requests" BIGINT NOT NULL DEFAULT 0,
    "denied" BIGINT NOT NULL DEFAULT 0,
    "limited" BIGINT NOT NULL DEFAULT 0,
    "errors" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "OwnerUsage_pkey" PRIMARY KEY ("clubId","userId","hour")
);
CREATE INDEX "OwnerUsage_hour_idx" ON "OwnerUsage"("hour");
ALTER TABLE "OwnerUsage" ADD CONSTRAINT "OwnerUsage_clubId_userId_fkey" FOREIGN KEY ("clubId", "userId") REFERENCES "Holder"("clubId", "userId") ON DELETE RESTRICT ON UPDATE RESTRICT;

CREATE TABLE "UsageFold" (
    "id" INTEGER NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "club" TEXT NOT NULL,
    "apiKey" UUID NOT NULL,

    CONSTRAINT "UsageFold_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "UsageFold_one" CHECK ("id" = 1)
);

CREATE TABLE "UsageWriter" (
    "id" UUID NOT NULL,
    "batch" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "UsageWriter_pkey" PRIMARY KEY ("id")
);

-- Few hours hold any: so the keys with failed calls are found without reading the others.
CREATE INDEX "ApiKeyUsage_failed" ON "ApiKeyUsage"("clubId", "hour", "apiKeyId") WHERE "denied" > 0 OR "errors" > 0;

-- Nothing is folded yet: before the first place of all.
INSERT INTO "UsageFold" ("id", "hour", "club", "apiKey") VALUES (1, '1970-01-01 00:00:00+00', '', '00000000-0000-0000-0000-000000000000');

CREATE TRIGGER "ClubUsage_identity" BEFORE UPDATE ON "ClubUsage" FOR EACH ROW
  WHEN (OLD."clubId" <> NEW."clubId")
  EXECUTE FUNCTION refuse_change('what a club used stays its own');
CREATE TRIGGER "OwnerUsage_identity" BEFORE UPDATE ON "OwnerUsage" FOR EACH ROW
  WHEN (OLD."clubId" <> NEW."clubId" OR OLD."userId" <> NEW."userId")
  EXECUTE FUNCTION refuse_change('what an owner used stays their own');

-- A list that is sorted by last use is read page by page while keys are used. So each row remembers what it said before, and which
-- transaction made it say so: the order can be read as it stood when the first page was. Written here, whoever notes a use.
CREATE FUNCTION keep_earlier_uses() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    NEW."earlier" := (OLD."lastUsedAt" || OLD."earlier")[1:32];
    NEW."earlierBy" := (OLD."writtenBy" || OLD."earlierBy")[1:32];
  END IF;
  NEW."writtenBy" := pg_current_xact_id()::text::bigint;
  RETURN NEW;
END $$;
CREATE TRIGGER "ApiKeyUse_first" BEFORE INSERT ON "ApiKeyUse" FOR EACH ROW EXECUTE FUNCTION keep_earlier_uses();
CREATE TRIGGER "ApiKeyUse_next" BEFORE UPDATE ON "ApiKeyUse" FOR EACH ROW
  WHEN (OLD."lastUsedAt" IS DISTINCT FROM NEW."lastUsedAt") EXECUTE FUNCTION keep_earlier_uses();

-- What a club used, and what an owner's keys did, is added up as it is written, whoever writes it: a chart of a million rows reads some
-- hundred. Always in this order, after the rows themselves, so that no two who write wait in a circle.
-- A statement adds to sums twice, for the rows that it changed and then for those that are new: of two, one could hold the first club and
-- want the second, the other the other way round. So one adds at a time, until its commit.
CREATE FUNCTION add_usage() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
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

CREATE FUNCTION add_more_usage() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
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
CREATE TRIGGER "ApiKeyUsage_added" AFTER INSERT ON "ApiKeyUsage" REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION add_usage();
CREATE TRIGGER "ApiKeyUsage_added_to" AFTER UPDATE ON "ApiKeyUsage" REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION add_more_usage();

-- What a deleted key did goes with it. The club's sums keep it.
CREATE FUNCTION forget_owners_usage() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM FROM "OwnerUsage" WHERE "clubId" = OLD."clubId" AND "userId" = OLD."userId"
    AND "hour" IN (SELECT "hour" FROM "ApiKeyUsage" WHERE "apiKeyId" = OLD."id") ORDER BY "hour" FOR NO KEY UPDATE;
  UPDATE "OwnerUsage" o SET "requests" = o."requests" - u."requests", "denied" = o."denied" - u."denied",
    "limited" = o."limited" - u."limited", "errors" = o."errors" - u."errors"
  FROM "ApiKeyUsage" u WHERE u."apiKeyId" = OLD."id" AND o."clubId" = OLD."clubId" AND o."userId" = OLD."userId" AND o."hour" = u."hour";
  RETURN OLD;
END $$;
CREATE TRIGGER "ApiKey_forget_owners_usage" BEFORE DELETE ON "ApiKey" FOR EACH ROW EXECUTE FUNCTION forget_owners_usage();

-- Whoever deletes keys takes away, key by key, what refers to them: rows that those who write usage hold, and wait for each other in an
-- order of their own. So they take turns: many may write at once, or one may delete. It comes before any row: as the first thing of each
-- statement. Two who delete wait, too: each would take the sums of owners in the order of its keys.
CREATE FUNCTION wait_for_deleted_keys() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(7266001914);
  RETURN NULL;
END $$;

CREATE FUNCTION delete_keys_alone() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
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
