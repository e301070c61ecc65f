-- A service account belongs to one club for good and never signs in. Said here, so that no path past the verbs makes it a person.

ALTER TABLE "User"
  ADD CONSTRAINT "User_service_has_no_login" CHECK ("kind" = 'user' OR ("passwordHash" IS NULL AND "emailVerified" IS NULL));

CREATE TRIGGER "User_keeps_its_kind" BEFORE UPDATE ON "User" FOR EACH ROW
  WHEN (OLD."kind" <> NEW."kind") EXECUTE FUNCTION refuse_change('a person stays a person, a service account one');

CREATE FUNCTION refuse_service_login() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM "User" WHERE "id" = NEW."userId" AND "kind" = 'service') THEN
    RAISE EXCEPTION 'a service account has no login' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "LoginSession_of_a_person" BEFORE INSERT OR UPDATE OF "userId" ON "LoginSession" FOR EACH ROW EXECUTE FUNCTION refuse_service_login();
CREATE TRIGGER "Account_of_a_person" BEFORE INSERT OR UPDATE OF "userId" ON "Account" FOR EACH ROW EXECUTE FUNCTION refuse_service_login();

-- Takes the account's row: of two clubs that claim it at once, the second sees the first.
CREATE FUNCTION refuse_second_club() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM "User" WHERE "id" = NEW."userId" AND "kind" = 'service' FOR NO KEY UPDATE;
  IF FOUND AND EXISTS (SELECT 1 FROM "Membership" WHERE "userId" = NEW."userId" AND "clubId" <> NEW."clubId") THEN
    RAISE EXCEPTION 'a service account belongs to one club' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "Membership_of_one_club" BEFORE INSERT ON "Membership" FOR EACH ROW EXECUTE FUNCTION refuse_second_club();

-- As in 20261120000500_search_path: a temporary table must not stand in for one that a rule reads.
DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION refuse_service_login() SET search_path = pg_catalog, %I, pg_temp', current_schema());
  EXECUTE format('ALTER FUNCTION refuse_second_club() SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$;
