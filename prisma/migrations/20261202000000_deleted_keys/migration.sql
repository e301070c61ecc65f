-- AlterTable
ALTER TABLE "ApiKeyTombstone" ADD COLUMN     "createdAt" TIMESTAMPTZ(3),
ADD COLUMN     "expiresAt" TIMESTAMPTZ(3),
ADD COLUMN     "last4" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "name" TEXT,
ADD COLUMN     "revokedAt" TIMESTAMPTZ(3),
ADD COLUMN     "start" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "userId" UUID;

-- CreateIndex
CREATE UNIQUE INDEX "ApiKeyTombstone_clubId_apiKeyId_key" ON "ApiKeyTombstone"("clubId", "apiKeyId");

-- Whose a deleted key was: whoever could have revoked it can still revoke what it made.
CREATE OR REPLACE FUNCTION bury_api_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "ApiKeyTombstone"
    ("digest", "apiKeyId", "clubId", "userId", "name", "start", "last4", "createdByKeyId", "createdAt", "expiresAt", "revokedAt")
  VALUES (OLD."digest", OLD."id", OLD."clubId", OLD."userId", OLD."name", OLD."start", OLD."last4", OLD."createdByKeyId",
    OLD."createdAt", OLD."expiresAt", OLD."revokedAt");
  RETURN NULL;
END $$;

-- Replacing a function takes its settings away.
DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION bury_api_key() SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$;
