-- CreateTable
CREATE TABLE "ApiKeyUsage" (
    "apiKeyId" UUID NOT NULL,
    "clubId" UUID NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "requests" INTEGER NOT NULL DEFAULT 0,
    "denied" INTEGER NOT NULL DEFAULT 0,
    "limited" INTEGER NOT NULL DEFAULT 0,
    "errors" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "ApiKeyUsage_pkey" PRIMARY KEY ("apiKeyId","hour")
);

-- CreateIndex
CREATE INDEX "ApiKeyUsage_clubId_hour_idx" ON "ApiKeyUsage"("clubId", "hour");

-- AddForeignKey
ALTER TABLE "ApiKeyUsage" ADD CONSTRAINT "ApiKeyUsage_clubId_apiKeyId_fkey" FOREIGN KEY ("clubId", "apiKeyId") REFERENCES "ApiKey"("clubId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'clubkeys_app') THEN
    GRANT SELECT, INSERT, UPDATE ON "ApiKeyUsage" TO clubkeys_app;
  END IF;
END $$;
