-- AlterTable
ALTER TABLE "Club" ADD COLUMN     "keyMakers" JSONB,
ADD COLUMN     "keyScopes" JSONB,
ADD COLUMN     "minKeyDays" INTEGER NOT NULL DEFAULT 0;

ALTER TABLE "Club"
  ADD CONSTRAINT "Club_key_policy_makers" CHECK (
    ("keyMakers" IS NULL OR jsonb_typeof("keyMakers") = 'array') AND ("keyScopes" IS NULL OR jsonb_typeof("keyScopes") = 'object')
  ),
  ADD CONSTRAINT "Club_key_policy_shortest" CHECK ("minKeyDays" >= 0 AND "minKeyDays" <= "defaultKeyDays");

CREATE TRIGGER "Club_minKeyDays_needs_rules" AFTER INSERT OR UPDATE OF "minKeyDays" ON "Club" FOR EACH ROW
  WHEN (NEW."minKeyDays" > 0) EXECUTE FUNCTION raise_rules_floor('2', 'minKeyDays');
CREATE TRIGGER "Club_keyMakers_needs_rules" AFTER INSERT OR UPDATE OF "keyMakers" ON "Club" FOR EACH ROW
  WHEN (NEW."keyMakers" IS NOT NULL) EXECUTE FUNCTION raise_rules_floor('2', 'keyMakers');
CREATE TRIGGER "Club_keyScopes_needs_rules" AFTER INSERT OR UPDATE OF "keyScopes" ON "Club" FOR EACH ROW
  WHEN (NEW."keyScopes" IS NOT NULL) EXECUTE FUNCTION raise_rules_floor('2', 'keyScopes');
