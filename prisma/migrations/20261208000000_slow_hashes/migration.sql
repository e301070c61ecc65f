-- CreateTable
CREATE TABLE "SlowHash" (
    "source" BYTEA NOT NULL,
    "clubId" UUID NOT NULL,
    "apiKeyId" UUID NOT NULL,
    "lookup" TEXT,
    "hash" TEXT,

    CONSTRAINT "SlowHash_pkey" PRIMARY KEY ("source")
);

-- CreateIndex
CREATE INDEX "SlowHash_clubId_idx" ON "SlowHash"("clubId");

-- CreateIndex
CREATE INDEX "SlowHash_apiKeyId_idx" ON "SlowHash"("apiKeyId");

-- AddForeignKey
ALTER TABLE "SlowHash" ADD CONSTRAINT "SlowHash_clubId_fkey" FOREIGN KEY ("clubId") REFERENCES "Club"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- One more round doubles the time that a guess costs this server, written by whatever hand: the cost stands in the hash.
ALTER TABLE "SlowHash"
  ADD CONSTRAINT "SlowHash_source_is_sha256" CHECK (octet_length("source") = 32),
  ADD CONSTRAINT "SlowHash_both_or_neither" CHECK (("lookup" IS NULL) = ("hash" IS NULL)),
  ADD CONSTRAINT "SlowHash_bcrypt" CHECK ("hash" ~ '^\$2[aby]\$(0[4-9]|1[0-2])\$[./A-Za-z0-9]{53}$'),
  ADD CONSTRAINT "SlowHash_lookup_length" CHECK (char_length("lookup") BETWEEN 6 AND 64);

CREATE INDEX "SlowHash_by_lookup" ON "SlowHash"("lookup") WHERE "hash" IS NOT NULL;

CREATE TRIGGER "SlowHash_identity" BEFORE UPDATE ON "SlowHash" FOR EACH ROW
  WHEN (OLD."source" <> NEW."source" OR OLD."clubId" <> NEW."clubId" OR OLD."apiKeyId" <> NEW."apiKeyId"
    OR NEW."hash" IS NOT NULL)
  EXECUTE FUNCTION refuse_change('a hash is only ever taken away');
CREATE TRIGGER "SlowHash_stays" BEFORE DELETE ON "SlowHash" FOR EACH ROW
  EXECUTE FUNCTION refuse_change('what was imported once is known for ever');
CREATE TRIGGER "SlowHash_no_truncate" BEFORE TRUNCATE ON "SlowHash" FOR EACH STATEMENT
  EXECUTE FUNCTION refuse_change('what was imported once is known for ever');

-- A key keeps its digest, but for one whose token was not known yet: from that one to the token's own, once, and to none of a deleted key.
DROP TRIGGER "ApiKey_identity" ON "ApiKey";
CREATE TRIGGER "ApiKey_identity" BEFORE UPDATE ON "ApiKey" FOR EACH ROW
  WHEN (OLD."id" <> NEW."id" OR OLD."clubId" <> NEW."clubId" OR OLD."userId" <> NEW."userId")
  EXECUTE FUNCTION refuse_change('a key keeps its club and owner');

CREATE FUNCTION keep_digest() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM "SlowHash" WHERE "source" = OLD."digest" AND "apiKeyId" = OLD."id" AND "hash" IS NOT NULL) THEN
    RAISE EXCEPTION 'UPDATE of "ApiKey" is refused: a key keeps its digest' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF EXISTS (SELECT 1 FROM "ApiKeyTombstone" WHERE "digest" = NEW."digest") THEN
    RAISE EXCEPTION 'this token belonged to a deleted key' USING ERRCODE = 'unique_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "ApiKey_keeps_digest" BEFORE UPDATE ON "ApiKey" FOR EACH ROW
  WHEN (OLD."digest" <> NEW."digest") EXECUTE FUNCTION keep_digest();

-- Of a key that ends, the hash goes, too: nobody can guess at it any more.
CREATE FUNCTION forget_slow_hash() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE "SlowHash" SET "hash" = NULL, "lookup" = NULL WHERE "apiKeyId" = OLD."id" AND "hash" IS NOT NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER "ApiKey_forgets_hash" AFTER UPDATE ON "ApiKey" FOR EACH ROW
  WHEN (OLD."imported" AND (OLD."digest" <> NEW."digest" OR (OLD."revokedAt" IS NULL AND NEW."revokedAt" IS NOT NULL)))
  EXECUTE FUNCTION forget_slow_hash();
CREATE TRIGGER "ApiKey_deleted_hash" AFTER DELETE ON "ApiKey" FOR EACH ROW
  WHEN (OLD."imported") EXECUTE FUNCTION forget_slow_hash();

DO $$
DECLARE
  rule text;
BEGIN
  FOREACH rule IN ARRAY ARRAY['keep_digest()', 'forget_slow_hash()'] LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, %I, pg_temp', rule, current_schema());
  END LOOP;
END $$;
