-- CreateIndex
CREATE INDEX "ApiKey_clubId_expiresAt_id_idx" ON "ApiKey"("clubId", "expiresAt", "id");

-- CreateIndex
CREATE INDEX "ApiKey_clubId_name_id_idx" ON "ApiKey"("clubId", "name", "id");
