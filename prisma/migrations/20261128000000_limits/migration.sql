-- AlterTable
ALTER TABLE "ApiKey" ADD COLUMN     "rateLimit" INTEGER,
ADD COLUMN     "rateWindow" INTEGER;

-- AlterTable
ALTER TABLE "Club" ADD COLUMN     "keyRateLimit" INTEGER,
ADD COLUMN     "keyRateWindow" INTEGER,
ADD COLUMN     "rateLimit" INTEGER,
ADD COLUMN     "rateWindow" INTEGER;

-- Half a limit would be none. A comparison with null refuses nothing: each half is asked for.
ALTER TABLE "ApiKey" ADD CONSTRAINT "ApiKey_rate_limit" CHECK (
  ("rateLimit" IS NULL AND "rateWindow" IS NULL) OR
  ("rateLimit" IS NOT NULL AND "rateWindow" IS NOT NULL AND "rateLimit" BETWEEN 1 AND 1000000 AND "rateWindow" BETWEEN 1 AND 86400));
ALTER TABLE "Club" ADD CONSTRAINT "Club_rate_limits" CHECK (
  (("keyRateLimit" IS NULL AND "keyRateWindow" IS NULL) OR
   ("keyRateLimit" IS NOT NULL AND "keyRateWindow" IS NOT NULL AND "keyRateLimit" BETWEEN 1 AND 1000000 AND "keyRateWindow" BETWEEN 1 AND 86400)) AND
  (("rateLimit" IS NULL AND "rateWindow" IS NULL) OR
   ("rateLimit" IS NOT NULL AND "rateWindow" IS NOT NULL AND "rateLimit" BETWEEN 1 AND 1000000 AND "rateWindow" BETWEEN 1 AND 86400)));

-- What is remembered of a key holds its club's limits. As with keys, what does not change an answer is named.
CREATE FUNCTION tell_club_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  silent CONSTANT text[] := '{name,updatedAt,defaultKeyDays,maxKeyDays,allowNonExpiringKeys,maxLiveKeysPerMember}';
BEGIN
  PERFORM tell_changes(ARRAY(
    SELECT o."id" FROM before o LEFT JOIN after n ON n."id" = o."id"
    WHERE to_jsonb(n) - silent IS DISTINCT FROM to_jsonb(o) - silent));
  RETURN NULL;
END $$;
CREATE TRIGGER "Club_tell_update" AFTER UPDATE ON "Club" REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION tell_club_change();

DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION tell_club_change() SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$;
