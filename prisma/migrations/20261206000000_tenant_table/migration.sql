-- For the migration of a new table of the clubs': SELECT tenant_table('"Facility"').
-- A row keeps its id and its club, whoever asks; others can refer to it together with its club; the app's role gets these rights, and
-- no other. Who that role is, a migration cannot know: the comment says what it gets, and whoever applies the migrations grants it.
CREATE FUNCTION tenant_table(made regclass, rights text DEFAULT 'SELECT, INSERT, UPDATE, DELETE') RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  name text;
  place text;
BEGIN
  SELECT c.relname, n.nspname INTO name, place FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = made;
  IF (SELECT count(*) FROM pg_attribute a WHERE a.attrelid = made AND a.attname IN ('id', 'clubId') AND a.attnotnull) <> 2 THEN
    RAISE EXCEPTION '% needs "id" and "clubId", both NOT NULL: add them to its model', made;
  END IF;
  IF rights !~ '^(SELECT|INSERT|UPDATE|DELETE)(, (SELECT|INSERT|UPDATE|DELETE))*$' THEN
    RAISE EXCEPTION 'the rights of % are none: write them as SELECT, INSERT', made;
  END IF;
  EXECUTE format('CREATE UNIQUE INDEX IF NOT EXISTS %I ON %s ("clubId", "id")', name || '_clubId_id_key', made);
  EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE ON %s FOR EACH ROW WHEN (OLD."id" <> NEW."id" OR OLD."clubId" <> NEW."clubId") EXECUTE FUNCTION %I.refuse_change(%L)',
    name || '_identity', made, place, 'a row keeps its id and its club');
  EXECUTE format('COMMENT ON TABLE %s IS %L', made, 'tenant table: ' || rights);
END $$;

-- As all functions here: nobody's temporary table stands in for one of ours.
DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION tenant_table(regclass, text) SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$;
REVOKE EXECUTE ON FUNCTION tenant_table(regclass, text) FROM PUBLIC;
