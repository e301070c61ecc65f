-- DropIndex
DROP INDEX "ApiKeyUsage_clubId_hour_idx";

-- CreateTable
CREATE TABLE "ApiKeyUsageDay" (
    "apiKeyId" UUID NOT NULL,
    "clubId" UUID NOT NULL,
    "day" TIMESTAMPTZ(3) NOT NULL,
    "requests" INTEGER NOT NULL DEFAULT 0,
    "denied" INTEGER NOT NULL DEFAULT 0,
    "limited" INTEGER NOT NULL DEFAULT 0,
    "errors" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "ApiKeyUsageDay_pkey" PRIMARY KEY ("apiKeyId","day")
);

-- CreateTable
CREATE TABLE "ClubUsage" (
    "clubId" UUID NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "requests" BIGINT NOT NULL DEFAULT 0,
    "denied" BIGINT NOT NULL DEFAULT 0,
    "limited" BIGINT NOT NULL DEFAULT 0,
    "errors" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "ClubUsage_pkey" PRIMARY KEY ("clubId","hour")
);

-- CreateTable
CREATE TABLE "UsageFold" (
    "id" INTEGER NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "club" UUID NOT NULL,
    "apiKey" UUID NOT NULL,

    CONSTRAINT "UsageFold_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "ApiKeyUsage_hour_clubId_apiKeyId_idx" ON "ApiKeyUsage"("hour", "clubId", "apiKeyId");

-- CreateIndex
CREATE INDEX "ApiKeyUsageDay_day_idx" ON "ApiKeyUsageDay"("day");

-- CreateIndex
CREATE INDEX "ClubUsage_hour_idx" ON "ClubUsage"("hour");

-- AddForeignKey
ALTER TABLE "ApiKeyUsageDay" ADD CONSTRAINT "ApiKeyUsageDay_clubId_apiKeyId_fkey" FOREIGN KEY ("clubId", "apiKeyId") REFERENCES "ApiKey"("clubId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ClubUsage" ADD CONSTRAINT "ClubUsage_clubId_fkey" FOREIGN KEY ("clubId") REFERENCES "Club"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "UsageFold" ADD CONSTRAINT "UsageFold_one" CHECK ("id" = 1);

-- Nothing is folded yet: the first place of all.
INSERT INTO "UsageFold" ("id", "hour", "club", "apiKey")
  VALUES (1, '1970-01-01 00:00:00+00', '00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000');

CREATE TRIGGER "ClubUsage_identity" BEFORE UPDATE ON "ClubUsage" FOR EACH ROW
  WHEN (OLD."clubId" <> NEW."clubId")
  EXECUTE FUNCTION refuse_change('what a club used stays its own');
