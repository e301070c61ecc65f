-- What a club demands of its keys is the layer's to keep, whatever the app knows of its clubs.

CREATE TABLE "ClubPolicy" (
    "clubId" UUID NOT NULL,
    "defaultKeyDays" INTEGER NOT NULL DEFAULT 90,
    "minKeyDays" INTEGER NOT NULL DEFAULT 0,
    "maxKeyDays" INTEGER NOT NULL DEFAULT 366,
    "allowNonExpiringKeys" BOOLEAN NOT NULL DEFAULT true,
    "maxLiveKeysPerMember" INTEGER NOT NULL DEFAULT 100,
    "keyMakers" JSONB,
    "keyScopes" JSONB,
    "keyRateLimit" INTEGER,
    "keyRateWindow" INTEGER,
    "rateLimit" INTEGER,
    "rateWindow" INTEGER,
    "onLeak" TEXT NOT NULL DEFAULT 'revoke',

    CONSTRAINT "ClubPolicy_pkey" PRIMARY KEY ("clubId"),
    CONSTRAINT "ClubPolicy_days" CHECK ("minKeyDays" >= 0 AND "minKeyDays" <= "defaultKeyDays" AND "defaultKeyDays" BETWEEN 1 AND "maxKeyDays"
      AND "maxKeyDays" <= 3660),
    CONSTRAINT "ClubPolicy_live_keys" CHECK ("maxLiveKeysPerMember" BETWEEN 1 AND 1000000),
    CONSTRAINT "ClubPolicy_makers" CHECK (
      ("keyMakers" IS NULL OR jsonb_typeof("keyMakers") = 'array') AND ("keyScopes" IS NULL OR jsonb_typeof("keyScopes") = 'object')),
    -- Half a limit would be none. A comparison with null refuses nothing: each half is asked for.
    CONSTRAINT "ClubPolicy_rate_limits" CHECK (
      (("keyRateLimit" IS NULL AND "keyRateWindow" IS NULL) OR
       ("keyRateLimit" IS NOT NULL AND "keyRateWindow" IS NOT NULL AND "keyRateLimit" BETWEEN 1 AND 1000000 AND "keyRateWindow" BETWEEN 1 AND 86400)) AND
      (("rateLimit" IS NULL AND "rateWindow" IS NULL) OR
       ("rateLimit" IS NOT NULL AND "rateWindow" IS NOT NULL AND "rateLimit" BETWEEN 1 AND 1000000 AND "rateWindow" BETWEEN 1 AND 86400))),
    CONSTRAINT "ClubPolicy_onLeak" CHECK ("onLeak" IN ('revoke', 'disable'))
);

INSERT INTO "ClubPolicy"
  SELECT "id", "defaultKeyDays", "minKeyDays", "maxKeyDays", "allowNonExpiringKeys", "maxLiveKeysPerMember", "keyMakers", "keyScopes",
         "keyRateLimit", "keyRateWindow", "rateLimit", "rateWindow", "onLeak" FROM "Club";

CREATE TRIGGER "ClubPolicy_identity" BEFORE UPDATE ON "ClubPolicy" FOR EACH ROW
  WHEN (OLD."clubId" <> NEW."clubId") EXECUTE FUNCTION refuse_change('a policy stays its club''s');

-- What is remembered of a key holds its club's limits.
CREATE FUNCTION tell_policy_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_changes(ARRAY(
    SELECT c."clubId" FROM (
      SELECT "clubId", "keyRateLimit", "keyRateWindow", "rateLimit", "rateWindow" FROM before
      EXCEPT SELECT "clubId", "keyRateLimit", "keyRateWindow", "rateLimit", "rateWindow" FROM after) c));
  RETURN NULL;
END $$;
CREATE FUNCTION tell_new_policy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_changes(ARRAY(SELECT n."clubId" FROM after n WHERE n."keyRateLimit" IS NOT NULL OR n."rateLimit" IS NOT NULL));
  RETURN NULL;
END $$;
CREATE TRIGGER "ClubPolicy_tell_insert" AFTER INSERT ON "ClubPolicy" REFERENCING NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION tell_new_policy();
CREATE TRIGGER "ClubPolicy_tell_update" AFTER UPDATE ON "ClubPolicy" REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION tell_policy_change();
CREATE TRIGGER "ClubPolicy_tell_delete" AFTER DELETE ON "ClubPolicy" FOR EACH STATEMENT EXECUTE FUNCTION tell_all();
CREATE TRIGGER "ClubPolicy_tell_truncate" AFTER TRUNCATE ON "ClubPolicy" FOR EACH STATEMENT EXECUTE FUNCTION tell_all();

DO $$
DECLARE
  rule text;
BEGIN
  FOREACH rule IN ARRAY ARRAY['tell_policy_change()', 'tell_new_policy()'] LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, %I, pg_temp', rule, current_schema());
  END LOOP;
END $$;

CREATE TRIGGER "ClubPolicy_keyRateLimit_needs_rules" AFTER INSERT OR UPDATE OF "keyRateLimit" ON "ClubPolicy" FOR EACH ROW
  WHEN (NEW."keyRateLimit" IS NOT NULL) EXECUTE FUNCTION raise_rules_floor('1', 'keyRateLimit');
CREATE TRIGGER "ClubPolicy_rateLimit_needs_rules" AFTER INSERT OR UPDATE OF "rateLimit" ON "ClubPolicy" FOR EACH ROW
  WHEN (NEW."rateLimit" IS NOT NULL) EXECUTE FUNCTION raise_rules_floor('1', 'rateLimit');
CREATE TRIGGER "ClubPolicy_minKeyDays_needs_rules" AFTER INSERT OR UPDATE OF "minKeyDays" ON "ClubPolicy" FOR EACH ROW
  WHEN (NEW."minKeyDays" > 0) EXECUTE FUNCTION raise_rules_floor('2', 'minKeyDays');
CREATE TRIGGER "ClubPolicy_keyMakers_needs_rules" AFTER INSERT OR UPDATE OF "keyMakers" ON "ClubPolicy" FOR EACH ROW
  WHEN (NEW."keyMakers" IS NOT NULL) EXECUTE FUNCTION raise_rules_floor('2', 'keyMakers');
CREATE TRIGGER "ClubPolicy_keyScopes_needs_rules" AFTER INSERT OR UPDATE OF "keyScopes" ON "ClubPolicy" FOR EACH ROW
  WHEN (NEW."keyScopes" IS NOT NULL) EXECUTE FUNCTION raise_rules_floor('2', 'keyScopes');

-- With their checks; their triggers go first.
DROP TRIGGER "Club_keyRateLimit_needs_rules" ON "Club";
DROP TRIGGER "Club_rateLimit_needs_rules" ON "Club";
DROP TRIGGER "Club_minKeyDays_needs_rules" ON "Club";
DROP TRIGGER "Club_keyMakers_needs_rules" ON "Club";
DROP TRIGGER "Club_keyScopes_needs_rules" ON "Club";
ALTER TABLE "Club"
  DROP COLUMN "defaultKeyDays", DROP COLUMN "minKeyDays", DROP COLUMN "maxKeyDays", DROP COLUMN "allowNonExpiringKeys",
  DROP COLUMN "maxLiveKeysPerMember", DROP COLUMN "keyMakers", DROP COLUMN "keyScopes", DROP COLUMN "keyRateLimit",
  DROP COLUMN "keyRateWindow", DROP COLUMN "rateLimit", DROP COLUMN "rateWindow", DROP COLUMN "onLeak";
