-- AlterTable
ALTER TABLE "ApiKey" ADD COLUMN     "replacedById" UUID,
ADD COLUMN     "rotatedFromId" UUID,
ADD COLUMN     "scopesSince" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- AlterTable
ALTER TABLE "ApiKeyTombstone" ADD COLUMN     "createdByKeyId" UUID;

-- CreateTable
CREATE TABLE "ApiKeyScopeUse" (
    "apiKeyId" UUID NOT NULL,
    "clubId" UUID NOT NULL,
    "scope" TEXT NOT NULL,
    "lastUsedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ApiKeyScopeUse_pkey" PRIMARY KEY ("apiKeyId","scope")
);

-- CreateIndex
CREATE UNIQUE INDEX "ApiKey_rotatedFromId_key" ON "ApiKey"("rotatedFromId");

-- CreateIndex
CREATE INDEX "ApiKey_clubId_createdByKeyId_idx" ON "ApiKey"("clubId", "createdByKeyId");

-- CreateIndex
CREATE INDEX "ApiKeyTombstone_clubId_createdByKeyId_idx" ON "ApiKeyTombstone"("clubId", "createdByKeyId");

-- AddForeignKey
ALTER TABLE "ApiKeyScopeUse" ADD CONSTRAINT "ApiKeyScopeUse_clubId_apiKeyId_fkey" FOREIGN KEY ("clubId", "apiKeyId") REFERENCES "ApiKey"("clubId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A rotation stays in its club and is told the same from both ends. No foreign key: the record outlives a deleted key.
CREATE FUNCTION keep_rotation_in_club() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM 1 FROM "ApiKey" WHERE "id" = NEW."rotatedFromId" AND "clubId" = NEW."clubId";
  ELSE
    PERFORM 1 FROM "ApiKey" WHERE "id" = NEW."replacedById" AND "clubId" = NEW."clubId" AND "rotatedFromId" = NEW."id";
  END IF;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a rotation joins two keys of one club' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "ApiKey_rotated_in_club" BEFORE INSERT ON "ApiKey" FOR EACH ROW
  WHEN (NEW."rotatedFromId" IS NOT NULL) EXECUTE FUNCTION keep_rotation_in_club();
CREATE TRIGGER "ApiKey_replaced_in_club" BEFORE UPDATE ON "ApiKey" FOR EACH ROW
  WHEN (OLD."replacedById" IS NULL AND NEW."replacedById" IS NOT NULL) EXECUTE FUNCTION keep_rotation_in_club();

CREATE TRIGGER "ApiKey_origin" BEFORE UPDATE ON "ApiKey" FOR EACH ROW
  WHEN (OLD."createdByKeyId" IS DISTINCT FROM NEW."createdByKeyId" OR OLD."rotatedFromId" IS DISTINCT FROM NEW."rotatedFromId"
    OR (OLD."replacedById" IS NOT NULL AND OLD."replacedById" IS DISTINCT FROM NEW."replacedById"))
  EXECUTE FUNCTION refuse_change('a key keeps where it came from and what replaced it');

-- A grace has an end, and it only comes nearer.
ALTER TABLE "ApiKey"
  ADD CONSTRAINT "ApiKey_replaced_ends" CHECK ("replacedById" IS NULL OR "expiresAt" IS NOT NULL);
CREATE TRIGGER "ApiKey_grace_is_not_extended" BEFORE UPDATE ON "ApiKey" FOR EACH ROW
  WHEN (OLD."replacedById" IS NOT NULL AND NEW."expiresAt" > OLD."expiresAt")
  EXECUTE FUNCTION refuse_change('the grace of a replaced key is not extended');

-- What a deleted key made is still known for its: revoking its own maker takes it along.
CREATE OR REPLACE FUNCTION bury_api_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "ApiKeyTombstone" ("digest", "apiKeyId", "clubId", "createdByKeyId")
  VALUES (OLD."digest", OLD."id", OLD."clubId", OLD."createdByKeyId");
  RETURN NULL;
END $$;

DO $$
DECLARE
  rule text;
BEGIN
  FOREACH rule IN ARRAY ARRAY['keep_rotation_in_club()', 'bury_api_key()'] LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, %I, pg_temp', rule, current_schema());
  END LOOP;
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'clubkeys_app') THEN
    GRANT SELECT, INSERT, UPDATE ON "ApiKeyScopeUse" TO clubkeys_app;
  END IF;
END $$;
