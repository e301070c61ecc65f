-- CreateTable
CREATE TABLE "RulesFloor" (
    "rules" INTEGER NOT NULL,
    "restriction" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "RulesFloor_pkey" PRIMARY KEY ("rules")
);

ALTER TABLE "RulesFloor" ADD CONSTRAINT "RulesFloor_rules" CHECK ("rules" >= 1);

-- The floor never goes down: what was restricted under it is still there.
CREATE TRIGGER "RulesFloor_append_only" BEFORE UPDATE OR DELETE ON "RulesFloor" FOR EACH ROW
  EXECUTE FUNCTION refuse_change('the floor of rules only rises');
CREATE TRIGGER "RulesFloor_no_truncate" BEFORE TRUNCATE ON "RulesFloor" FOR EACH STATEMENT
  EXECUTE FUNCTION refuse_change('the floor of rules only rises');

-- For each row, since a statement that inserts nothing tells nothing. Every answer in memory is void, and whoever looks up the next
-- one reads the floor with it.
CREATE TRIGGER "RulesFloor_tell" AFTER INSERT ON "RulesFloor" FOR EACH ROW EXECUTE FUNCTION tell_all();

-- The transaction that first writes a restriction raises the floor to the number of its rules, whoever writes it. As the owner: the
-- app's role may not write the floor itself.
CREATE FUNCTION raise_rules_floor() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  INSERT INTO "RulesFloor" ("rules", "restriction") VALUES (TG_ARGV[0]::integer, TG_TABLE_NAME || '.' || TG_ARGV[1])
    ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;

-- Else whoever may make a table, if only a temporary one, could raise the floor by a trigger of their own.
REVOKE EXECUTE ON FUNCTION raise_rules_floor() FROM PUBLIC;

DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION raise_rules_floor() SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$;

CREATE TRIGGER "ApiKey_allowedCidrs_needs_rules" AFTER INSERT OR UPDATE OF "allowedCidrs" ON "ApiKey" FOR EACH ROW
  WHEN (NEW."allowedCidrs" IS NOT NULL) EXECUTE FUNCTION raise_rules_floor('1', 'allowedCidrs');
CREATE TRIGGER "ApiKey_rateLimit_needs_rules" AFTER INSERT OR UPDATE OF "rateLimit" ON "ApiKey" FOR EACH ROW
  WHEN (NEW."rateLimit" IS NOT NULL) EXECUTE FUNCTION raise_rules_floor('1', 'rateLimit');
CREATE TRIGGER "Club_keyRateLimit_needs_rules" AFTER INSERT OR UPDATE OF "keyRateLimit" ON "Club" FOR EACH ROW
  WHEN (NEW."keyRateLimit" IS NOT NULL) EXECUTE FUNCTION raise_rules_floor('1', 'keyRateLimit');
CREATE TRIGGER "Club_rateLimit_needs_rules" AFTER INSERT OR UPDATE OF "rateLimit" ON "Club" FOR EACH ROW
  WHEN (NEW."rateLimit" IS NOT NULL) EXECUTE FUNCTION raise_rules_floor('1', 'rateLimit');

-- Restrictions from before there was a floor.
INSERT INTO "RulesFloor" ("rules", "restriction")
  SELECT 1, 'ApiKey.allowedCidrs' WHERE EXISTS (SELECT FROM "ApiKey" WHERE "allowedCidrs" IS NOT NULL OR "rateLimit" IS NOT NULL)
     OR EXISTS (SELECT FROM "Club" WHERE "keyRateLimit" IS NOT NULL OR "rateLimit" IS NOT NULL);
