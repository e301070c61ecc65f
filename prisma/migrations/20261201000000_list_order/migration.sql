-- AlterTable
ALTER TABLE "ApiKeyUse" ADD COLUMN     "earlier" TIMESTAMPTZ(3)[] DEFAULT ARRAY[]::TIMESTAMPTZ(3)[],
ADD COLUMN     "earlierBy" BIGINT[] DEFAULT ARRAY[]::BIGINT[],
ADD COLUMN     "writtenBy" BIGINT NOT NULL DEFAULT 0;

-- CreateIndex
CREATE INDEX "ApiKeyUse_clubId_lastUsedAt_apiKeyId_idx" ON "ApiKeyUse"("clubId", "lastUsedAt", "apiKeyId");

-- A list that is sorted by last use is read page by page while keys are used. So each row remembers what it said before, and which
-- transaction made it say so: the order can be read as it stood when the first page was. Written here, whoever notes a use.
CREATE FUNCTION keep_earlier_uses() RETURNS trigger LANGUAGE plpgsql AS $$
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

-- As in 20261120000500_search_path: a temporary table must not stand in for one that a rule reads.
DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION keep_earlier_uses() SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$;
