-- CreateTable
CREATE TABLE "ApiKeyPlace" (
    "apiKeyId" UUID NOT NULL,
    "clubId" UUID NOT NULL,
    "place" TEXT NOT NULL,
    "address" TEXT,
    "userAgent" TEXT,
    "lastUsedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ApiKeyPlace_pkey" PRIMARY KEY ("apiKeyId","place")
);

-- AddForeignKey
ALTER TABLE "ApiKeyPlace" ADD CONSTRAINT "ApiKeyPlace_clubId_apiKeyId_fkey" FOREIGN KEY ("clubId", "apiKeyId") REFERENCES "ApiKey"("clubId", "id") ON DELETE CASCADE ON UPDATE CASCADE;
