import { RULES } from '@/lib/db/rules'
import { ask } from './embedded'

/** The rules of a release that came after this one. */
export const NEWER_RULES = RULES + 1
const NEWER_MIGRATION = '99990101000000_quota'

/** What its migration does: a restriction that this release would ignore, and a table of its own. */
const SQL = `
  ALTER TABLE "ApiKey" ADD COLUMN "quota" integer;
  CREATE TABLE "Quota" ("id" uuid PRIMARY KEY);
  CREATE TRIGGER "ApiKey_quota_needs_rules" AFTER INSERT OR UPDATE OF "quota" ON "ApiKey" FOR EACH ROW
    WHEN (NEW."quota" IS NOT NULL) EXECUTE FUNCTION raise_rules_floor('${NEWER_RULES}', 'quota');
  INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
    VALUES (gen_random_uuid(), 'x', '${NEWER_MIGRATION}', now(), 1)`

/** Migrates the database as a newer release would, which starts beside this one. */
export const migrateAsNewer = (directUrl: string) => ask(directUrl, SQL)

/** Restricts a key as only the newer release can, by its own role. */
export const restrictAsNewer = (url: string, keyId: string) =>
  ask(url, 'UPDATE "ApiKey" SET "quota" = 1 WHERE "id" = $1', [keyId])

/** As the runbook says: back to what this release enforces, once nothing is restricted by newer rules. */
export const lowerFloor = (directUrl: string) =>
  ask(
    directUrl,
    `ALTER TABLE "RulesFloor" DISABLE TRIGGER "RulesFloor_append_only";
     DELETE FROM "RulesFloor" WHERE "rules" > ${RULES};
     ALTER TABLE "RulesFloor" ENABLE TRIGGER "RulesFloor_append_only"`,
  )
