-- DropIndex
DROP INDEX "ApiKey_clubId_userId_idx";

-- DropIndex
DROP INDEX "AuditEvent_clubId_targetId_idx";

-- AlterTable
ALTER TABLE "Membership" ADD COLUMN     "keysToEnd" BOOLEAN NOT NULL DEFAULT false;

-- CreateIndex
CREATE INDEX "ApiKey_clubId_userId_createdAt_id_idx" ON "ApiKey"("clubId", "userId", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "AuditEvent_clubId_action_at_id_idx" ON "AuditEvent"("clubId", "action", "at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "AuditEvent_clubId_actorUserId_at_id_idx" ON "AuditEvent"("clubId", "actorUserId", "at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "AuditEvent_clubId_actorKeyId_at_id_idx" ON "AuditEvent"("clubId", "actorKeyId", "at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "AuditEvent_clubId_targetType_at_id_idx" ON "AuditEvent"("clubId", "targetType", "at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "AuditEvent_clubId_targetId_at_id_idx" ON "AuditEvent"("clubId", "targetId", "at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "Membership_clubId_status_joinedAt_id_idx" ON "Membership"("clubId", "status", "joinedAt", "id");

-- CreateIndex
CREATE INDEX "Practice_clubId_status_startsAt_id_idx" ON "Practice"("clubId", "status", "startsAt", "id");

-- Dead keys only become more: what counts or ends the others passes over them.
CREATE INDEX "ApiKey_unrevoked_of_owner" ON "ApiKey"("clubId", "userId", "expiresAt") WHERE "revokedAt" IS NULL;
CREATE INDEX "ApiKey_unrevoked_of_club" ON "ApiKey"("clubId", "expiresAt") WHERE "revokedAt" IS NULL;
CREATE INDEX "ApiKey_disabled" ON "ApiKey"("clubId", "createdAt" DESC, "id" DESC) WHERE "disabledAt" IS NOT NULL;
CREATE INDEX "Membership_keys_to_end" ON "Membership"("id") WHERE "keysToEnd";

-- Whoever leaves a club leaves their keys behind: none is good from the commit on, since their owner is no member. They are revoked
-- with it, too, up to 100; of the rest the row remembers that they are still to be. A statement has a moment, not a minute.
CREATE OR REPLACE FUNCTION revoke_leavers_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE "ApiKey" SET "revokedAt" = now(), "revokedReason" = 'The owner left the club.', "updatedAt" = now()
  WHERE "id" IN (
    SELECT "id" FROM "ApiKey" WHERE "clubId" = NEW."clubId" AND "userId" = NEW."userId" AND "revokedAt" IS NULL LIMIT 100);
  IF EXISTS (SELECT 1 FROM "ApiKey" WHERE "clubId" = NEW."clubId" AND "userId" = NEW."userId" AND "revokedAt" IS NULL) THEN
    UPDATE "Membership" SET "keysToEnd" = true WHERE "id" = NEW."id";
  END IF;
  RETURN NULL;
END $$;

-- A return revives none of them, however many are left: it waits, or is refused.
CREATE FUNCTION end_leavers_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE "ApiKey" SET "revokedAt" = now(), "revokedReason" = 'The owner left the club.', "updatedAt" = now()
  WHERE "clubId" = NEW."clubId" AND "userId" = NEW."userId" AND "revokedAt" IS NULL;
  NEW."keysToEnd" := false;
  RETURN NEW;
END $$;
CREATE TRIGGER "Membership_return_revives_none" BEFORE UPDATE ON "Membership" FOR EACH ROW
  WHEN (OLD."status" = 'REMOVED' AND NEW."status" <> 'REMOVED') EXECUTE FUNCTION end_leavers_keys();

-- Replacing a function takes its settings away.
DO $$
DECLARE
  rule text;
BEGIN
  FOREACH rule IN ARRAY ARRAY['revoke_leavers_keys()', 'end_leavers_keys()'] LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, %I, pg_temp', rule, current_schema());
  END LOOP;
END $$;
