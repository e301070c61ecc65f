-- CreateTable
CREATE TABLE "IdempotencyRecord" (
    "id" UUID NOT NULL,
    "clubId" UUID NOT NULL,
    "credential" TEXT NOT NULL,
    "digest" BYTEA NOT NULL,
    "fingerprint" BYTEA NOT NULL,
    "answer" TEXT NOT NULL,
    "sealed" BYTEA,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "IdempotencyRecord_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "IdempotencyRecord_clubId_credential_at_id_idx" ON "IdempotencyRecord"("clubId", "credential", "at", "id");

-- CreateIndex
CREATE INDEX "IdempotencyRecord_at_idx" ON "IdempotencyRecord"("at");

-- CreateIndex
CREATE UNIQUE INDEX "IdempotencyRecord_clubId_id_key" ON "IdempotencyRecord"("clubId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "IdempotencyRecord_clubId_digest_key" ON "IdempotencyRecord"("clubId", "digest");

-- AddForeignKey
ALTER TABLE "IdempotencyRecord" ADD CONSTRAINT "IdempotencyRecord_clubId_fkey" FOREIGN KEY ("clubId") REFERENCES "Club"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- The few of the last minutes, among those of a day: what is sealed is deleted first.
CREATE INDEX "IdempotencyRecord_sealed" ON "IdempotencyRecord"("at") WHERE "sealed" IS NOT NULL;

SELECT tenant_table('"IdempotencyRecord"');
