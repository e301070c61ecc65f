-- Every change that can change what a key may do is told on the channel `clubkeys_changes` when it commits, whoever makes it:
-- the app, another process, a hand at psql. The payload is a list of ids (keys, users, clubs) whose cached answers are void, or
-- `*` for all of them. An insert says `+`: only answers of "unknown" are void.

CREATE FUNCTION tell_changes(ids uuid[]) RETURNS void LANGUAGE sql AS $$
  -- A payload holds 8,000 bytes; past 200 ids it is cheaper to forget everything.
  SELECT CASE
    WHEN cardinality(ids) > 200 THEN pg_notify('clubkeys_changes', '*')
    WHEN cardinality(ids) > 0 THEN pg_notify('clubkeys_changes', array_to_string(ids, ','))
  END
$$;

CREATE FUNCTION tell_all() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('clubkeys_changes', '*');
  RETURN NULL;
END $$;

CREATE FUNCTION tell_api_key_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('clubkeys_changes', '+');
  RETURN NULL;
END $$;

-- Renaming a key changes what a handler is told; its metadata does not.
CREATE FUNCTION tell_api_key_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_changes(ARRAY(
    SELECT o."id" FROM before o LEFT JOIN after n ON n."id" = o."id"
    WHERE (n."name", n."scopes", n."expiresAt", n."disabledAt", n."revokedAt", n."clubId", n."userId", n."digest")
      IS DISTINCT FROM (o."name", o."scopes", o."expiresAt", o."disabledAt", o."revokedAt", o."clubId", o."userId", o."digest")));
  RETURN NULL;
END $$;

CREATE FUNCTION tell_api_key_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_changes(ARRAY(SELECT o."id" FROM before o));
  RETURN NULL;
END $$;

CREATE FUNCTION tell_membership_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_changes(ARRAY(
    SELECT DISTINCT o."userId" FROM before o LEFT JOIN after n ON n."id" = o."id"
    WHERE (n."roles", n."status", n."clubId", n."userId") IS DISTINCT FROM (o."roles", o."status", o."clubId", o."userId")));
  RETURN NULL;
END $$;

CREATE FUNCTION tell_membership_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_changes(ARRAY(SELECT DISTINCT o."userId" FROM before o));
  RETURN NULL;
END $$;

CREATE FUNCTION tell_user_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_changes(ARRAY(
    SELECT o."id" FROM before o LEFT JOIN after n ON n."id" = o."id"
    WHERE (n."disabledAt", n."kind") IS DISTINCT FROM (o."disabledAt", o."kind")));
  RETURN NULL;
END $$;

CREATE FUNCTION tell_user_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_changes(ARRAY(SELECT o."id" FROM before o));
  RETURN NULL;
END $$;

CREATE TRIGGER "ApiKey_tell_insert" AFTER INSERT ON "ApiKey" FOR EACH STATEMENT EXECUTE FUNCTION tell_api_key_insert();
CREATE TRIGGER "ApiKey_tell_update" AFTER UPDATE ON "ApiKey" REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION tell_api_key_change();
CREATE TRIGGER "ApiKey_tell_delete" AFTER DELETE ON "ApiKey" REFERENCING OLD TABLE AS before
  FOR EACH STATEMENT EXECUTE FUNCTION tell_api_key_delete();
CREATE TRIGGER "ApiKey_tell_truncate" AFTER TRUNCATE ON "ApiKey" FOR EACH STATEMENT EXECUTE FUNCTION tell_all();

CREATE TRIGGER "Membership_tell_update" AFTER UPDATE ON "Membership" REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION tell_membership_change();
CREATE TRIGGER "Membership_tell_delete" AFTER DELETE ON "Membership" REFERENCING OLD TABLE AS before
  FOR EACH STATEMENT EXECUTE FUNCTION tell_membership_delete();
CREATE TRIGGER "Membership_tell_truncate" AFTER TRUNCATE ON "Membership" FOR EACH STATEMENT EXECUTE FUNCTION tell_all();

CREATE TRIGGER "User_tell_update" AFTER UPDATE ON "User" REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION tell_user_change();
CREATE TRIGGER "User_tell_delete" AFTER DELETE ON "User" REFERENCING OLD TABLE AS before
  FOR EACH STATEMENT EXECUTE FUNCTION tell_user_delete();
CREATE TRIGGER "User_tell_truncate" AFTER TRUNCATE ON "User" FOR EACH STATEMENT EXECUTE FUNCTION tell_all();
