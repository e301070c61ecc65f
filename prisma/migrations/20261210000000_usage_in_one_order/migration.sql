-- Whoever deletes keys takes away, key by key, what refers to them: rows that those who write usage hold, and wait for each other in an
-- order of their own. So they take turns: many may write at once, or one may delete. It comes before any row: as the first thing of each
-- statement. Two who delete wait, too: each would take the sums of owners in the order of its keys.
CREATE FUNCTION wait_for_deleted_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(7266001914);
  RETURN NULL;
END $$;

CREATE FUNCTION delete_keys_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7266001914);
  RETURN NULL;
END $$;

CREATE TRIGGER "ApiKey_delete_alone" BEFORE DELETE ON "ApiKey" FOR EACH STATEMENT EXECUTE FUNCTION delete_keys_alone();
CREATE TRIGGER "ApiKeyUsage_wait" BEFORE INSERT OR UPDATE ON "ApiKeyUsage" FOR EACH STATEMENT EXECUTE FUNCTION wait_for_deleted_keys();
CREATE TRIGGER "ApiKeyUsageDay_wait" BEFORE INSERT OR UPDATE ON "ApiKeyUsageDay" FOR EACH STATEMENT EXECUTE FUNCTION wait_for_deleted_keys();
CREATE TRIGGER "ApiKeyReminder_wait" BEFORE INSERT OR UPDATE ON "ApiKeyReminder" FOR EACH STATEMENT EXECUTE FUNCTION wait_for_deleted_keys();
-- Places that make room are deleted in the statement that writes the new ones, and before these.
CREATE TRIGGER "ApiKeyPlace_wait" BEFORE INSERT OR UPDATE OR DELETE ON "ApiKeyPlace" FOR EACH STATEMENT EXECUTE FUNCTION wait_for_deleted_keys();

DO $$
DECLARE
  rule text;
BEGIN
  FOREACH rule IN ARRAY ARRAY['wait_for_deleted_keys()', 'delete_keys_alone()'] LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, %I, pg_temp', rule, current_schema());
  END LOOP;
END $$;
