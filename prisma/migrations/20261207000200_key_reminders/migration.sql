-- CreateTable
CREATE TABLE "ApiKeyReminder" (
    "apiKeyId" UUID NOT NULL,
    "clubId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "about" TIMESTAMPTZ(3) NOT NULL,
    "claimedAt" TIMESTAMPTZ(3) NOT NULL,
    "toldAt" TIMESTAMPTZ(3),
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ApiKeyReminder_pkey" PRIMARY KEY ("apiKeyId","kind","about")
);

-- CreateIndex
CREATE INDEX "ApiKeyReminder_at_idx" ON "ApiKeyReminder"("at");

-- AddForeignKey
ALTER TABLE "ApiKeyReminder" ADD CONSTRAINT "ApiKeyReminder_clubId_apiKeyId_fkey" FOREIGN KEY ("clubId", "apiKeyId") REFERENCES "ApiKey"("clubId", "id") ON DELETE CASCADE ON UPDATE CASCADE;
