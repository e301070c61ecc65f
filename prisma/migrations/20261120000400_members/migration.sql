-- AlterTable
ALTER TABLE "Membership" ADD COLUMN     "name" TEXT,
ADD COLUMN     "vouched" BOOLEAN NOT NULL DEFAULT false;

-- CreateIndex
CREATE INDEX "AuditEvent_clubId_targetId_idx" ON "AuditEvent"("clubId", "targetId");

-- CreateIndex
CREATE INDEX "Membership_clubId_joinedAt_id_idx" ON "Membership"("clubId", "joinedAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "VerificationToken_token_key" ON "VerificationToken"("token");
