-- What becomes of a key whose token was found where others can read it.
ALTER TABLE "Club" ADD COLUMN "onLeak" TEXT NOT NULL DEFAULT 'revoke';
ALTER TABLE "Club" ADD CONSTRAINT "Club_onLeak" CHECK ("onLeak" IN ('revoke', 'disable'));

ALTER TABLE "ApiKey" ADD COLUMN "leakedAt" TIMESTAMPTZ(3),
ADD COLUMN     "leakSource" TEXT,
ADD COLUMN     "leakUrl" TEXT;
ALTER TABLE "ApiKey" ADD CONSTRAINT "ApiKey_leak" CHECK (("leakedAt" IS NULL) = ("leakSource" IS NULL) AND ("leakUrl" IS NULL OR "leakedAt" IS NOT NULL));

CREATE INDEX "ApiKey_leaked" ON "ApiKey"("clubId", "createdAt" DESC, "id" DESC) WHERE "leakedAt" IS NOT NULL;
