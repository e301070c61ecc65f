-- The seam: what the key layer knows of people and clubs, and how it hears of their changes. It reads two views, `principal` and `club`,
-- and no table of the app's. Of one member of one club there is one row; whoever has none has left, and their keys end for good. Where
-- `active` is false, the keys sleep. Ids are text, whatever they are in the app's tables.

-- For the functions, as in the first migration.
SELECT set_config('search_path', format('%I, pg_temp', current_schema()), true);

-- Who may act in which club. `roles` is in the app's order; `email` is null where there is nobody to write to.
CREATE VIEW "principal" AS
  SELECT m."clubId"::text AS "club_id", m."userId"::text AS "user_id", coalesce(m."name", u."name") AS "name", u."email" AS "email",
         m."roles"::text[] AS "roles", m."status" = 'ACTIVE' AND u."disabledAt" IS NULL AS "active"
    FROM "Membership" m JOIN "User" u ON u."id" = m."userId"
   WHERE m."status" <> 'REMOVED';

CREATE VIEW "club" AS
  SELECT c."id"::text AS "club_id", c."slug" AS "slug", c."name" AS "name" FROM "Club" c;

-- The index of a uuid serves no comparison with a text.
CREATE INDEX "Membership_principal" ON "Membership"(("clubId"::text), ("userId"::text));
CREATE INDEX "Membership_principal_of_user" ON "Membership"(("userId"::text));
CREATE INDEX "Club_club" ON "Club"(("id"::text));

-- Whom keys may belong to: whoever the app says, and the club's service accounts, which have no address.
CREATE VIEW "owner" AS
  SELECT p."club_id", p."user_id", p."name", p."email", p."roles", p."active",
         CASE WHEN p."email" IS NULL THEN 'service' ELSE 'user' END AS "kind"
    FROM "principal" p;

-- OFFSET 0 has the app's view asked for one row at a time, whatever it is made of.
CREATE VIEW "live_owner" AS
  SELECT h."clubId", h."userId", o."name", o."roles", o."kind"::"OwnerKind" AS "kind"
    FROM "Holder" h CROSS JOIN LATERAL (
      SELECT o."name", o."roles", o."kind" FROM "owner" o WHERE o."club_id" = h."clubId" AND o."user_id" = h."userId" OFFSET 0) o;

-- Of these users of a club, the active ones, with their holders locked until the commit: in one order, so that no two wait in a circle.
-- Read after the lock, each statement afresh: what was waited for is seen.
CREATE FUNCTION hold_owners(club text, users text[]) RETURNS TABLE ("userId" text, "name" text, "kind" text, "roles" text[])
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
BEGIN
  INSERT INTO "Holder" ("clubId", "userId", "name", "kind")
    SELECT club, g."id", o."name", o."kind"::"OwnerKind" FROM unnest(users) AS g("id")
      CROSS JOIN LATERAL (SELECT * FROM "owner" o WHERE o."club_id" = club AND o."user_id" = g."id" OFFSET 0) o
      WHERE NOT EXISTS (SELECT FROM "Holder" h WHERE h."clubId" = club AND h."userId" = g."id")
      ORDER BY g."id" ON CONFLICT DO NOTHING;
  PERFORM FROM "Holder" h WHERE h."clubId" = club AND h."userId" = ANY (users) ORDER BY h."userId" FOR NO KEY UPDATE;
  RETURN QUERY SELECT g."id", o."name", o."kind", o."roles" FROM (SELECT DISTINCT unnest(users) AS "id") g
    CROSS JOIN LATERAL (SELECT * FROM "owner" o WHERE o."club_id" = club AND o."user_id" = g."id" OFFSET 0) o
    WHERE o."active";
END $$;

CREATE FUNCTION name_holder() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM "Holder" h WHERE h."clubId" = NEW."clubId" AND h."userId" = NEW."userId") THEN
    INSERT INTO "Holder" ("clubId", "userId", "name", "kind")
      SELECT NEW."clubId", NEW."userId", o."name", o."kind"::"OwnerKind" FROM "owner" o
       WHERE o."club_id" = NEW."clubId" AND o."user_id" = NEW."userId" ON CONFLICT DO NOTHING;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "ApiKey_names_holder" BEFORE INSERT ON "ApiKey" FOR EACH ROW EXECUTE FUNCTION name_holder();

-- No key is made for somebody who leaves meanwhile, whoever makes it. It waits for them to have left, and then finds them gone; or they
-- wait for it, and end it. The holder is updated, not only locked: whoever leaves in a transaction with an older view of the database
-- could not see the key, and gets a serialization failure instead.
CREATE FUNCTION refuse_leavers_key() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM FROM "Holder" h JOIN (SELECT DISTINCT "clubId", "userId" FROM made) m USING ("clubId", "userId")
    ORDER BY h."clubId", h."userId" FOR NO KEY UPDATE OF h;
  UPDATE "Holder" h SET
      "name" = coalesce((SELECT o."name" FROM "owner" o WHERE o."club_id" = h."clubId" AND o."user_id" = h."userId"), h."name"),
      "kind" = coalesce((SELECT o."kind"::"OwnerKind" FROM "owner" o WHERE o."club_id" = h."clubId" AND o."user_id" = h."userId"), h."kind")
    FROM (SELECT DISTINCT "clubId", "userId" FROM made) m WHERE h."clubId" = m."clubId" AND h."userId" = m."userId";
  IF EXISTS (
    SELECT FROM (SELECT DISTINCT "clubId", "userId" FROM made) m JOIN "Holder" h USING ("clubId", "userId")
     WHERE h."keysToEnd" OR NOT EXISTS (
       SELECT FROM "owner" o WHERE o."club_id" = m."clubId" AND o."user_id" = m."userId")) THEN
    RAISE EXCEPTION 'the owner of a new key has left the club' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "ApiKey_of_no_leaver" AFTER INSERT ON "ApiKey" REFERENCING NEW TABLE AS made
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_leavers_key();

-- Keys of those who left, each with its audit row. The app ends by it those that are too many for one commit.
CREATE FUNCTION end_leavers_keys(ids uuid[]) RETURNS bigint LANGUAGE sql SET search_path FROM CURRENT AS $$
  WITH ended AS (
    UPDATE "ApiKey" SET "revokedAt" = now(), "revokedReason" = 'The owner left the club.', "updatedAt" = now() WHERE "id" = ANY (ids)
    RETURNING "id", "clubId", "revokedReason"
  ), written AS (
    INSERT INTO "AuditEvent" ("id", "clubId", "actorKind", "action", "targetType", "targetId", "changes")
    SELECT gen_random_uuid(), "clubId", 'system', 'api-key.revoke', 'ApiKey', "id",
      jsonb_build_object('reason', jsonb_build_object('from', NULL, 'to', "revokedReason")) FROM ended)
  SELECT count(*) FROM ended
$$;

-- An id that no holder may have is passed over: an app's own change never fails for it.
CREATE FUNCTION settle_holders(clubs text[], users text[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  touched jsonb;
  gone jsonb;
  ending uuid[];
BEGIN
  WITH pairs AS (
    SELECT DISTINCT g."club", g."user" FROM unnest(clubs, users) AS g("club", "user") WHERE is_host_id(g."club") AND is_host_id(g."user")
  ), locked AS (
    INSERT INTO "Holder" AS h ("clubId", "userId", "name", "kind") SELECT "club", "user", '', 'user' FROM pairs ORDER BY 1, 2
    ON CONFLICT ("clubId", "userId") DO UPDATE SET "keysToEnd" = h."keysToEnd"
    RETURNING h."clubId" AS "club", h."userId" AS "user", h."keysToEnd" AS "late", h.xmax = 0 AS "new")
  SELECT coalesce(jsonb_agg(locked), '[]') INTO touched FROM locked;
  DELETE FROM "Holder" h USING jsonb_to_recordset(touched) AS g("club" text, "user" text, "new" boolean)
    WHERE g."new" AND h."clubId" = g."club" AND h."userId" = g."user";
  SELECT coalesce(jsonb_agg(g), '[]') INTO gone FROM jsonb_to_recordset(touched) AS g("club" text, "user" text, "new" boolean)
    WHERE NOT g."new" AND NOT EXISTS (
      SELECT FROM "owner" o WHERE o."club_id" = g."club" AND o."user_id" = g."user");
  SELECT array_agg(k."id") INTO ending FROM jsonb_to_recordset(gone) AS g("club" text, "user" text) CROSS JOIN LATERAL (
    SELECT k."id" FROM "ApiKey" k WHERE k."clubId" = g."club" AND k."userId" = g."user" AND k."revokedAt" IS NULL LIMIT 100) k;
  -- Where none ends, nothing waits for the audit log.
  IF ending IS NOT NULL THEN
    PERFORM end_leavers_keys(ending);
  END IF;
  UPDATE "Holder" h SET "keysToEnd" = true FROM jsonb_to_recordset(gone) AS g("club" text, "user" text)
    WHERE h."clubId" = g."club" AND h."userId" = g."user" AND EXISTS (
      SELECT FROM "ApiKey" k WHERE k."clubId" = g."club" AND k."userId" = g."user" AND k."revokedAt" IS NULL);
  -- Those who are back.
  WITH back AS (
    UPDATE "Holder" h SET "keysToEnd" = false FROM jsonb_to_recordset(touched) AS g("club" text, "user" text, "late" boolean)
      WHERE g."late" AND h."clubId" = g."club" AND h."userId" = g."user" AND EXISTS (
        SELECT FROM "owner" o WHERE o."club_id" = g."club" AND o."user_id" = g."user")
      RETURNING h."clubId", h."userId")
  SELECT array_agg(k."id") INTO ending FROM back b JOIN "ApiKey" k
    ON k."clubId" = b."clubId" AND k."userId" = b."userId" AND k."revokedAt" IS NULL;
  IF ending IS NOT NULL THEN
    PERFORM end_leavers_keys(ending);
  END IF;
END $$;
REVOKE EXECUTE ON FUNCTION settle_holders(text[], text[]) FROM PUBLIC;

-- A demotion, too, waits for a key that is being made, and the other way round.
CREATE FUNCTION settle_member() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM settle_holders(ARRAY[NEW."clubId"::text], ARRAY[NEW."userId"::text]);
  RETURN NULL;
END $$;
-- Named to come before the rule of the last admin: whoever waits here learns of that only then.
CREATE TRIGGER "Membership_holder_settles" AFTER UPDATE ON "Membership" FOR EACH ROW
  WHEN (OLD."status" <> NEW."status" OR OLD."roles" <> NEW."roles") EXECUTE FUNCTION settle_member();

-- The views of people stand on tables of the app's, whatever they are. `watch` puts triggers on such a table, so that every change of what
-- the views read is announced on `clubkeys_changes`, and ends the keys of those who left, whoever makes it.

-- What a transaction has touched, until its commit: then it is announced and gone. Nothing of it outlives a crash.
CREATE UNLOGGED TABLE "PeopleChange" (
    "id" BIGSERIAL NOT NULL,
    "transaction" BIGINT NOT NULL,
    "whose" TEXT NOT NULL,
    "clubs" TEXT[],
    "users" TEXT[],

    CONSTRAINT "PeopleChange_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "PeopleChange_transaction_idx" ON "PeopleChange"("transaction");

-- On a watched table, after each statement. The arguments: the numbers of the columns that name user and club (0: there is none), of all
-- columns that count, and whether `principal` reads the table. By number, so that a column may be renamed. Compared as bytes: what two
-- texts that count as equal look like is told, too.
CREATE FUNCTION note_people_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  whose CONSTANT text := CASE WHEN TG_ARGV[3] = 'club' THEN 'none' WHEN TG_OP = 'INSERT' THEN 'known' ELSE 'all' END;
  compared text;
  named text[];
  source text;
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    INSERT INTO "PeopleChange" ("transaction", "whose", "clubs", "users")
      VALUES (pg_current_xact_id()::text::bigint, whose, '{""}', '{""}');
    RETURN NULL;
  END IF;
  SELECT string_agg(format('t.%I::text COLLATE "C" AS c%s', a.attname, a.attnum), ', '), array_agg(a.attnum::text) INTO compared, named
    FROM pg_attribute a WHERE a.attrelid = TG_RELID AND a.attnum = ANY (TG_ARGV[2]::int2[]) AND NOT a.attisdropped;
  source := CASE TG_OP
    WHEN 'INSERT' THEN format('SELECT %s FROM after t', compared)
    WHEN 'DELETE' THEN format('SELECT %s FROM before t', compared)
    ELSE format('(SELECT %1$s FROM before t EXCEPT ALL SELECT %1$s FROM after t) UNION ALL (SELECT %1$s FROM after t EXCEPT ALL SELECT %1$s FROM before t)', compared)
  END;
  EXECUTE format(
    'INSERT INTO "PeopleChange" ("transaction", "whose", "clubs", "users")
     SELECT pg_current_xact_id()::text::bigint, %L, array_agg(d.club), array_agg(d.person)
       FROM (SELECT DISTINCT %s AS club, %s AS person FROM (%s) r) d HAVING count(*) > 0',
    whose,
    CASE WHEN TG_ARGV[1] = ANY (named) THEN format('coalesce(r.c%s, '''')', TG_ARGV[1]) ELSE '''''' END,
    CASE WHEN TG_ARGV[0] = ANY (named) THEN format('coalesce(r.c%s, '''')', TG_ARGV[0]) ELSE '''''' END,
    source);
  RETURN NULL;
END $$;

-- Whose holders a transaction has to settle. `whose`: `all`; `known`, where rows were only put in: whoever has no holder has no keys; or
-- `none`. A pair without a user stands for everybody in its club, one without a club for the user in every club, one without both for all.
-- Where they are many, the whole table is locked instead of a row for each: no first key is made meanwhile, so that only those count who
-- have a holder. Not with an older view of the database, which would miss a holder that came since. Whoever is gone with keys still to be
-- ended is settled: the app ends them.
CREATE FUNCTION settle_people(whose text[], clubs text[], users text[]) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  many CONSTANT boolean := cardinality(whose) > 1000 AND current_setting('transaction_isolation') = 'read committed';
  pairs text[];
  whole text[];
BEGIN
  IF many AND 'all' = ANY (whose) THEN
    LOCK TABLE "Holder" IN SHARE ROW EXCLUSIVE MODE;
  END IF;
  SELECT array_agg(ARRAY[p."club", p."person"]) INTO pairs FROM (
    SELECT t."club", t."person" FROM unnest(whose, clubs, users) AS t("whose", "club", "person")
     WHERE NOT many AND t."whose" = 'all' AND t."club" <> '' AND t."person" <> '' AND NOT EXISTS (
       SELECT FROM "Holder" h WHERE h."userId" = t."person" AND h."clubId" = t."club" AND h."keysToEnd" AND NOT EXISTS (
         SELECT FROM "principal" p WHERE p."club_id" = t."club" AND p."user_id" = t."person"))
    UNION
    SELECT h."clubId", h."userId" FROM unnest(whose, clubs, users) AS t("whose", "club", "person")
      JOIN "Holder" h ON h."userId" = t."person" AND t."club" IN ('', h."clubId")
     WHERE t."person" <> '' AND (t."whose" = 'known' OR t."whose" = 'all' AND (many OR t."club" = ''))
       AND (NOT many AND NOT h."keysToEnd" OR h."keysToEnd" = EXISTS (
         SELECT FROM "principal" p WHERE p."club_id" = h."clubId" AND p."user_id" = h."userId"))) p;
  SELECT array_agg(DISTINCT t."club") INTO whole FROM unnest(whose, clubs, users) AS t("whose", "club", "person")
   WHERE t."whose" <> 'none' AND t."person" = '';
  IF whole IS NOT NULL THEN
    SELECT pairs || array_agg(ARRAY[h."clubId", h."userId"]) INTO pairs FROM "Holder" h
     WHERE ('' = ANY (whole) OR h."clubId" = ANY (whole))
       AND h."keysToEnd" = EXISTS (
         SELECT FROM "principal" p WHERE p."club_id" = h."clubId" AND p."user_id" = h."userId");
  END IF;
  IF pairs IS NOT NULL THEN
    PERFORM settle_holders(pairs[:][1:1], pairs[:][2:2]);
  END IF;
END $$;

-- At the commit, once for all statements of a transaction: the first row finds what all have left. A member who was taken out and put back
-- within it has a row in `principal` by then, and keeps their keys.
CREATE FUNCTION tell_people_changes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  whose text[];
  clubs text[];
  users text[];
BEGIN
  WITH mine AS (
    DELETE FROM "PeopleChange" WHERE "transaction" = NEW."transaction" RETURNING *
  ), touched AS (
    SELECT DISTINCT m."whose", p."club", p."person" FROM mine m CROSS JOIN LATERAL unnest(m."clubs", m."users") AS p("club", "person")
  )
  SELECT array_agg(t."whose"), array_agg(t."club"), array_agg(t."person") INTO whose, clubs, users FROM touched t;
  PERFORM announce(ARRAY(
    SELECT DISTINCT coalesce(nullif(t."person", ''), nullif(t."club", ''), '*') FROM unnest(clubs, users) AS t("club", "person")));
  PERFORM settle_people(whose, clubs, users);
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER "PeopleChange_told" AFTER INSERT ON "PeopleChange" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION tell_people_changes();

-- The columns of a table that these views read, also by way of other views; null: none of them reads it. A row that is read as a whole
-- leaves no trace of its columns but in the view's own tree: then all count.
CREATE FUNCTION columns_read(made regclass, readers regclass[]) RETURNS int2[] LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
  WITH RECURSIVE read(reader, oid, attnum) AS (
    SELECT NULL::oid, r::oid, NULL::int4 FROM unnest(readers) r
    UNION
    SELECT w.oid, d.refobjid, d.refobjsubid FROM read JOIN pg_rewrite w ON w.ev_class = read.oid
      JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
     WHERE d.refobjid <> w.ev_class
  )
  SELECT coalesce(array_agg(DISTINCT a.attnum) FILTER (WHERE a.attnum IS NOT NULL), '{}')
    FROM read JOIN pg_rewrite w ON w.oid = read.reader
    LEFT JOIN pg_attribute a ON a.attrelid = read.oid AND a.attnum > 0 AND NOT a.attisdropped
      AND (a.attnum = read.attnum OR w.ev_action::text ~ ':varattno 0 ')
   WHERE read.oid = made HAVING count(*) > 0
$$;

-- Why a table cannot be watched, as the end of a sentence; null: it can.
CREATE FUNCTION unwatchable(made regclass) RETURNS text LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
  SELECT CASE
    WHEN c.relkind = 'p' OR c.relispartition THEN 'it is partitioned, and what is done to one partition passes the triggers of the whole by'
    WHEN EXISTS (SELECT FROM pg_inherits i WHERE made IN (i.inhrelid, i.inhparent))
      THEN 'it inherits from a table or the other way round, and what is done to the one passes the triggers of the other by'
    WHEN c.relkind <> 'r' THEN 'it is no table: watch those that it reads'
    WHEN c.relpersistence = 't' THEN 'it is a temporary one'
    WHEN EXISTS (SELECT FROM pg_subscription_rel s WHERE s.srrelid = made)
      THEN 'a subscription writes it, whose changes fire no triggers of statements'
  END FROM pg_class c WHERE c.oid = made
$$;

-- The number of a column by its name; 0: there is none to name.
CREATE FUNCTION column_number(made regclass, called text) RETURNS int2 LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
  found int2;
BEGIN
  IF called IS NULL THEN
    RETURN 0;
  END IF;
  SELECT a.attnum INTO found FROM pg_attribute a WHERE a.attrelid = made AND a.attname = called AND a.attnum > 0 AND NOT a.attisdropped;
  IF found IS NULL THEN
    RAISE EXCEPTION '% has no column "%"', made, called USING ERRCODE = 'undefined_column';
  END IF;
  RETURN found;
END $$;

-- For each table that `principal` or `club` reads: SELECT watch('"Member"', 'userId', 'organizationId'). Say again what has changed, a
-- view or a column: it makes the triggers anew where they are no longer right, and touches nothing where they are.
-- user_column, club_column: where the ids stand, whatever their type, as the views have them in text; null: a change of a row is one of
-- everybody in its club, or of everybody.
CREATE FUNCTION watch(made regclass, user_column text, club_column text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  names CONSTANT int2[] := ARRAY[column_number(made, user_column), column_number(made, club_column)];
  of_people CONSTANT int2[] := columns_read(made, '{principal}');
  read CONSTANT int2[] := columns_read(made, '{principal,club}');
  args text[];
  op text;
  tables text;
BEGIN
  IF unwatchable(made) IS NOT NULL THEN
    RAISE EXCEPTION '% cannot be watched: %', made, unwatchable(made) USING ERRCODE = 'wrong_object_type';
  ELSIF read IS NULL THEN
    RAISE EXCEPTION 'neither "principal" nor "club" reads %: write the views first', made USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  args := ARRAY[names[1]::text, names[2]::text,
    (SELECT array_agg(DISTINCT n ORDER BY n) FROM unnest(read || names) n WHERE n > 0)::text,
    CASE WHEN of_people IS NULL THEN 'club' ELSE 'people' END];
  FOREACH op IN ARRAY '{insert,update,delete,truncate}'::text[] LOOP
    CONTINUE WHEN EXISTS (
      SELECT FROM pg_trigger t WHERE t.tgrelid = made AND t.tgname = 'clubkeys_' || op AND t.tgenabled = 'O'
        AND t.tgfoid = 'note_people_change'::regproc AND encode(t.tgargs, 'escape') = array_to_string(args, '\000') || '\000');
    tables := CASE op WHEN 'insert' THEN 'REFERENCING NEW TABLE AS after' WHEN 'delete' THEN 'REFERENCING OLD TABLE AS before'
      WHEN 'update' THEN 'REFERENCING OLD TABLE AS before NEW TABLE AS after' ELSE '' END;
    EXECUTE format('CREATE OR REPLACE TRIGGER %I AFTER %s ON %s %s FOR EACH STATEMENT EXECUTE FUNCTION note_people_change(%L, %L, %L, %L)',
      'clubkeys_' || op, op, made, tables, args[1], args[2], args[3], args[4]);
    EXECUTE format('ALTER TABLE %s ENABLE TRIGGER %I', made, 'clubkeys_' || op);
  END LOOP;
END $$;

-- What only these call is closed to others.
REVOKE EXECUTE ON FUNCTION note_people_change() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION settle_people(text[], text[], text[]) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION tell_people_changes() FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION columns_read(regclass, regclass[]) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION unwatchable(regclass) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION column_number(regclass, text) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION watch(regclass, text, text) FROM PUBLIC;

SELECT watch('"Membership"', 'userId', 'clubId');
SELECT watch('"User"', 'id', NULL);
SELECT watch('"Club"', NULL, 'id');
