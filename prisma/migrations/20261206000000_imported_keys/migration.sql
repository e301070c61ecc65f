-- AlterTable
ALTER TABLE "ApiKey" ADD COLUMN     "imported" BOOLEAN NOT NULL DEFAULT false;

-- How many imported keys are left, and which of them are in use, without reading the others.
CREATE INDEX "ApiKey_imported" ON "ApiKey"("clubId", "createdAt" DESC, "id" DESC) WHERE "imported";

CREATE TRIGGER "ApiKey_stays_imported" BEFORE UPDATE ON "ApiKey" FOR EACH ROW
  WHEN (OLD."imported" <> NEW."imported") EXECUTE FUNCTION refuse_change('a key keeps where its token came from');
