-- What the migrations after this one build with.

-- A function looks its tables up by the caller's search_path, in which a temporary table comes first: whoever may create one could make a
-- rule look at it instead. So each function keeps where it was made: its own schema, after Postgres' own, and temporary tables last.
SELECT set_config('search_path', format('%I, pg_temp', current_schema()), true);

-- A row never moves to another tenant or owner, whoever asks.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  RAISE EXCEPTION '% of "%" is refused: %', TG_OP, TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- For the migration of a new table of the clubs': SELECT tenant_table('"Facility"').
-- A row keeps its id and its club, whoever asks; others can refer to it together with its club; the app's role gets these rights, and
-- no other. Who that role is, a migration cannot know: the comment says what it gets, and whoever applies the migrations grants it.
CREATE FUNCTION tenant_table(made regclass, rights text DEFAULT 'SELECT, INSERT, UPDATE, DELETE') RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
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
REVOKE EXECUTE ON FUNCTION tenant_table(regclass, text) FROM PUBLIC;
