-- A session plans a trigger's statement once, for as few rows as it had then. A join of the rows before with those after, planned for one
-- row, compared 2,000 changed keys four million times. EXCEPT needs no join.
CREATE OR REPLACE FUNCTION tell_api_key_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  silent CONSTANT text[] := '{updatedAt,revokedReason}';
BEGIN
  PERFORM tell_changes(ARRAY(
    SELECT c."id" FROM (
      SELECT o."id", to_jsonb(o) - silent FROM before o EXCEPT SELECT n."id", to_jsonb(n) - silent FROM after n) c));
  RETURN NULL;
END $$;

-- Replacing a function takes its settings away.
DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION tell_api_key_change() SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$;
