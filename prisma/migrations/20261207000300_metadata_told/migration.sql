-- A key's metadata is part of what verification answers: a change of it is told like any other.
CREATE OR REPLACE FUNCTION tell_api_key_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  silent CONSTANT text[] := '{updatedAt,revokedReason}';
BEGIN
  PERFORM tell_changes(ARRAY(
    SELECT o."id" FROM before o LEFT JOIN after n ON n."id" = o."id"
    WHERE to_jsonb(n) - silent IS DISTINCT FROM to_jsonb(o) - silent));
  RETURN NULL;
END $$;

-- Replacing a function takes its settings away.
DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION tell_api_key_change() SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$;
