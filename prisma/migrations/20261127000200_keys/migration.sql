-- Keys, who holds them, what a club demands of them, and what is on record. Ids of clubs and users are text, as the app writes them; ids of
-- keys are uuids.

-- For the functions, as in the first migration.
SELECT set_config('search_path', format('%I, pg_temp', current_schema()), true);

CREATE TYPE "OwnerKind" AS ENUM ('user', 'service');
CREATE TYPE "AuditActorKind" AS ENUM ('api_key', 'session', 'operator', 'system');

-- What an app may call a club or a user: in a header, a channel's payload and an index there is room for so much.
CREATE FUNCTION is_host_id(id text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path FROM CURRENT AS $$
  SELECT id ~ '^[^\x01-\x1f\x7f-\u009f]+$' AND id !~ '^\s|\s$' AND octet_length(id) <= 255
$$;

CREATE TABLE "Holder" (
    "clubId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" "OwnerKind" NOT NULL,
    "keysToEnd" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "Holder_pkey" PRIMARY KEY ("clubId","userId"),
    CONSTRAINT "Holder_ids" CHECK (is_host_id("clubId") AND is_host_id("userId"))
);
CREATE INDEX "Holder_userId_idx" ON "Holder"("userId");

CREATE TABLE "ClubPolicy" (
    "clubId" TEXT NOT NULL,
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
    CONSTRAINT "ClubPolicy_onLeak" CHECK ("onLeak" IN ('revoke', 'disable')),
    CONSTRAINT "ClubPolicy_id" CHECK (is_host_id("clubId"))
);

CREATE TABLE "ApiKey" (
    "id" UUID NOT NULL,
    "clubId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "digest" BYTEA NOT NULL,
    "start" TEXT NOT NULL,
    "last4" TEXT NOT NULL,
    "scopes" TEXT[],
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "metadataTerms" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3),
    "disabledAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),
    "revokedReason" TEXT,
    "allowedCidrs" TEXT,
    "rateLimit" INTEGER,
    "rateWindow" INTEGER,
    "createdByKeyId" UUID,
    "rotatedFromId" UUID,
    "replacedById" UUID,
    "scopesSince" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "imported" BOOLEAN NOT NULL DEFAULT false,
    "leakedAt" TIMESTAMPTZ(3),
    "leakSource" TEXT,
    "leakUrl" TEXT,
    "honey" BOOLEAN NOT NULL DEFAULT false,
    "honeyUsedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ApiKey_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "ApiKey_digest_is_sha256" CHECK (octet_length("digest") = 32),
    CONSTRAINT "ApiKey_name_length" CHECK (char_length("name") BETWEEN 1 AND 64),
    CONSTRAINT "ApiKey_scopes_present" CHECK ("scopes" IS NOT NULL AND array_position("scopes", NULL) IS NULL),
    CONSTRAINT "ApiKey_metadata_is_object" CHECK (jsonb_typeof("metadata") = 'object'),
    -- A text that holds no network, or anything but networks, is refused: emptied by hand, a list must not come to mean "anywhere".
    CONSTRAINT "ApiKey_allowed_cidrs" CHECK (cardinality(string_to_array("allowedCidrs", ',')::cidr[]) BETWEEN 1 AND 50),
    -- A grace has an end, and it only comes nearer.
    CONSTRAINT "ApiKey_replaced_ends" CHECK ("replacedById" IS NULL OR "expiresAt" IS NOT NULL),
    -- Half a limit would be none. A comparison with null refuses nothing: each half is asked for.
    CONSTRAINT "ApiKey_rate_limit" CHECK (
      ("rateLimit" IS NULL AND "rateWindow" IS NULL) OR
      ("rateLimit" IS NOT NULL AND "rateWindow" IS NOT NULL AND "rateLimit" BETWEEN 1 AND 1000000 AND "rateWindow" BETWEEN 1 AND 86400)),
    CONSTRAINT "ApiKey_leak" CHECK (("leakedAt" IS NULL) = ("leakSource" IS NULL) AND ("leakUrl" IS NULL OR "leakedAt" IS NOT NULL)),
    -- Whatever reads it takes it for a key that is off and holds no scope, and nothing can turn it on.
    CONSTRAINT "ApiKey_honey_is_off" CHECK (NOT "honey" OR ("disabledAt" IS NOT NULL AND "scopes" = '{}')),
    CONSTRAINT "ApiKey_honey_used" CHECK ("honeyUsedAt" IS NULL OR "honey")
);
CREATE UNIQUE INDEX "ApiKey_digest_key" ON "ApiKey"("digest");
CREATE UNIQUE INDEX "ApiKey_rotatedFromId_key" ON "ApiKey"("rotatedFromId");
CREATE INDEX "ApiKey_clubId_createdAt_id_idx" ON "ApiKey"("clubId", "createdAt" DESC, "id" DESC);
CREATE INDEX "ApiKey_clubId_expiresAt_id_idx" ON "ApiKey"("clubId", "expiresAt", "id");
CREATE INDEX "ApiKey_clubId_name_id_idx" ON "ApiKey"("clubId", "name", "id");
CREATE INDEX "ApiKey_clubId_userId_createdAt_id_idx" ON "ApiKey"("clubId", "userId", "createdAt" DESC, "id" DESC);
CREATE INDEX "ApiKey_clubId_createdByKeyId_idx" ON "ApiKey"("clubId", "createdByKeyId");
CREATE INDEX "ApiKey_metadataTerms_idx" ON "ApiKey" USING GIN ("metadataTerms");
CREATE UNIQUE INDEX "ApiKey_clubId_id_key" ON "ApiKey"("clubId", "id");
ALTER TABLE "ApiKey" ADD CONSTRAINT "ApiKey_clubId_userId_fkey" FOREIGN KEY ("clubId", "userId") REFERENCES "Holder"("clubId", "userId") ON DELETE RESTRICT ON UPDATE RESTRICT;

CREATE TABLE "ApiKeyTombstone" (
    "digest" BYTEA NOT NULL,
    "apiKeyId" UUID NOT NULL,
    "clubId" TEXT NOT NULL,
    "userId" TEXT,
    "name" TEXT,
    "start" TEXT NOT NULL DEFAULT '',
    "last4" TEXT NOT NULL DEFAULT '',
    "createdByKeyId" UUID,
    "createdAt" TIMESTAMPTZ(3),
    "expiresAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),
    "deletedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ApiKeyTombstone_pkey" PRIMARY KEY ("digest")
);
CREATE INDEX "ApiKeyTombstone_clubId_createdByKeyId_idx" ON "ApiKeyTombstone"("clubId", "createdByKeyId");
CREATE UNIQUE INDEX "ApiKeyTombstone_clubId_apiKeyId_key" ON "ApiKeyTombstone"("clubId", "apiKeyId");

CREATE TABLE "SlowHash" (
    "source" BYTEA NOT NULL,
    "clubId" TEXT NOT NULL,
    "apiKeyId" UUID NOT NULL,
    "lookup" TEXT,
    "hash" TEXT,

    CONSTRAINT "SlowHash_pkey" PRIMARY KEY ("source"),
    CONSTRAINT "SlowHash_source_is_sha256" CHECK (octet_length("source") = 32),
    CONSTRAINT "SlowHash_both_or_neither" CHECK (("lookup" IS NULL) = ("hash" IS NULL)),
    -- One more round doubles the time that a guess costs this server, written by whatever hand: the cost stands in the hash.
    CONSTRAINT "SlowHash_bcrypt" CHECK ("hash" ~ '^\$2[aby]\$(0[4-9]|1[0-2])\$[./A-Za-z0-9]{53}$'),
    CONSTRAINT "SlowHash_lookup_length" CHECK (char_length("lookup") BETWEEN 6 AND 64)
);
CREATE INDEX "SlowHash_clubId_idx" ON "SlowHash"("clubId");
CREATE INDEX "SlowHash_apiKeyId_idx" ON "SlowHash"("apiKeyId");

CREATE TABLE "LineToEnd" (
    "id" UUID NOT NULL,
    "clubId" TEXT NOT NULL,
    "keyIds" UUID[],
    "ownerId" TEXT,
    "reason" TEXT NOT NULL,
    "digest" BYTEA,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "LineToEnd_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "LineToEnd_clubId_id_key" ON "LineToEnd"("clubId", "id");

CREATE TABLE "ApiKeyReminder" (
    "apiKeyId" UUID NOT NULL,
    "clubId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "about" TIMESTAMPTZ(3) NOT NULL,
    "claimedAt" TIMESTAMPTZ(3) NOT NULL,
    "toldAt" TIMESTAMPTZ(3),
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ApiKeyReminder_pkey" PRIMARY KEY ("apiKeyId","kind","about")
);
CREATE INDEX "ApiKeyReminder_at_idx" ON "ApiKeyReminder"("at");
ALTER TABLE "ApiKeyReminder" ADD CONSTRAINT "ApiKeyReminder_clubId_apiKeyId_fkey" FOREIGN KEY ("clubId", "apiKeyId") REFERENCES "ApiKey"("clubId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "AuditEvent" (
    "id" UUID NOT NULL,
    "clubId" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actorKind" "AuditActorKind" NOT NULL,
    "actorUserId" TEXT,
    "actorKeyId" UUID,
    "actorLabel" TEXT,
    "action" TEXT NOT NULL,
    "targetType" TEXT NOT NULL,
    "targetId" TEXT NOT NULL,
    "changes" JSONB NOT NULL DEFAULT '{}',
    "requestId" TEXT,
    "address" TEXT,
    "userAgent" TEXT,

    CONSTRAINT "AuditEvent_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "AuditEvent_clubId_at_id_idx" ON "AuditEvent"("clubId", "at" DESC, "id" DESC);
CREATE INDEX "AuditEvent_clubId_action_at_id_idx" ON "AuditEvent"("clubId", "action", "at" DESC, "id" DESC);
CREATE INDEX "AuditEvent_clubId_actorUserId_at_id_idx" ON "AuditEvent"("clubId", "actorUserId", "at" DESC, "id" DESC);
CREATE INDEX "AuditEvent_clubId_actorKeyId_at_id_idx" ON "AuditEvent"("clubId", "actorKeyId", "at" DESC, "id" DESC);
CREATE INDEX "AuditEvent_clubId_targetType_at_id_idx" ON "AuditEvent"("clubId", "targetType", "at" DESC, "id" DESC);
CREATE INDEX "AuditEvent_clubId_targetId_at_id_idx" ON "AuditEvent"("clubId", "targetId", "at" DESC, "id" DESC);
CREATE UNIQUE INDEX "AuditEvent_clubId_id_key" ON "AuditEvent"("clubId", "id");

CREATE TABLE "IdempotencyRecord" (
    "id" UUID NOT NULL,
    "clubId" TEXT NOT NULL,
    "credential" TEXT NOT NULL,
    "digest" BYTEA NOT NULL,
    "fingerprint" BYTEA NOT NULL,
    "answer" TEXT NOT NULL,
    "sealed" BYTEA,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "IdempotencyRecord_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "IdempotencyRecord_clubId_credential_at_id_idx" ON "IdempotencyRecord"("clubId", "credential", "at", "id");
CREATE INDEX "IdempotencyRecord_at_idx" ON "IdempotencyRecord"("at");
CREATE UNIQUE INDEX "IdempotencyRecord_clubId_id_key" ON "IdempotencyRecord"("clubId", "id");
CREATE UNIQUE INDEX "IdempotencyRecord_clubId_digest_key" ON "IdempotencyRecord"("clubId", "digest");

CREATE TABLE "RulesFloor" (
    "rules" INTEGER NOT NULL,
    "restriction" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "RulesFloor_pkey" PRIMARY KEY ("rules"),
    CONSTRAINT "RulesFloor_rules" CHECK ("rules" >= 1)
);

-- Dead keys only become more: what counts or ends the others passes over them.
CREATE INDEX "ApiKey_unrevoked_of_owner" ON "ApiKey"("clubId", "userId", "expiresAt") WHERE "revokedAt" IS NULL;
CREATE INDEX "ApiKey_unrevoked_of_club" ON "ApiKey"("clubId", "expiresAt") WHERE "revokedAt" IS NULL;
CREATE INDEX "ApiKey_disabled" ON "ApiKey"("clubId", "createdAt" DESC, "id" DESC) WHERE "disabledAt" IS NOT NULL;
CREATE INDEX "ApiKey_leaked" ON "ApiKey"("clubId", "createdAt" DESC, "id" DESC) WHERE "leakedAt" IS NOT NULL;
-- How many imported keys are left, and which of them are in use, without reading the others.
CREATE INDEX "ApiKey_imported" ON "ApiKey"("clubId", "createdAt" DESC, "id" DESC) WHERE "imported";
CREATE INDEX "SlowHash_by_lookup" ON "SlowHash"("lookup" text_pattern_ops) WHERE "hash" IS NOT NULL;
-- The few of the last minutes, among those of a day: what is sealed is deleted first.
CREATE INDEX "IdempotencyRecord_sealed" ON "IdempotencyRecord"("at") WHERE "sealed" IS NOT NULL;
CREATE INDEX "Holder_keys_to_end" ON "Holder"("clubId", "userId") WHERE "keysToEnd";

-- A row never moves to another tenant or owner, whoever asks.
CREATE TRIGGER "Holder_identity" BEFORE UPDATE ON "Holder" FOR EACH ROW
  WHEN (OLD."clubId" <> NEW."clubId" OR OLD."userId" <> NEW."userId")
  EXECUTE FUNCTION refuse_change('a holder keeps their club and user');
CREATE TRIGGER "ClubPolicy_identity" BEFORE UPDATE ON "ClubPolicy" FOR EACH ROW
  WHEN (OLD."clubId" <> NEW."clubId") EXECUTE FUNCTION refuse_change('a policy stays its club''s');
CREATE TRIGGER "ApiKey_identity" BEFORE UPDATE ON "ApiKey" FOR EACH ROW
  WHEN (OLD."id" <> NEW."id" OR OLD."clubId" <> NEW."clubId" OR OLD."userId" <> NEW."userId")
  EXECUTE FUNCTION refuse_change('a key keeps its club and owner');
-- It says what was decided: it is made and taken away, never changed.
CREATE TRIGGER "LineToEnd_identity" BEFORE UPDATE ON "LineToEnd" FOR EACH ROW EXECUTE FUNCTION refuse_change('a line to end stays as it is');
SELECT tenant_table('"IdempotencyRecord"');

CREATE TRIGGER "ApiKey_revocation_is_final" BEFORE UPDATE ON "ApiKey" FOR EACH ROW
  WHEN (OLD."revokedAt" IS NOT NULL AND NEW."revokedAt" IS DISTINCT FROM OLD."revokedAt")
  EXECUTE FUNCTION refuse_change('a revocation is final');
CREATE TRIGGER "ApiKey_delete_only_dead" BEFORE DELETE ON "ApiKey" FOR EACH ROW
  WHEN (OLD."revokedAt" IS NULL AND (OLD."expiresAt" IS NULL OR OLD."expiresAt" > clock_timestamp()))
  EXECUTE FUNCTION refuse_change('only a revoked or expired key can be deleted');
CREATE TRIGGER "ApiKey_stays_imported" BEFORE UPDATE ON "ApiKey" FOR EACH ROW
  WHEN (OLD."imported" <> NEW."imported") EXECUTE FUNCTION refuse_change('a key keeps where its token came from');

-- What was done stays on record.
CREATE TRIGGER "AuditEvent_append_only" BEFORE UPDATE OR DELETE ON "AuditEvent" FOR EACH ROW
  EXECUTE FUNCTION refuse_change('the audit log is append-only');
CREATE TRIGGER "AuditEvent_no_truncate" BEFORE TRUNCATE ON "AuditEvent" FOR EACH STATEMENT
  EXECUTE FUNCTION refuse_change('the audit log is append-only');
CREATE TRIGGER "ApiKeyTombstone_append_only" BEFORE UPDATE OR DELETE ON "ApiKeyTombstone" FOR EACH ROW
  EXECUTE FUNCTION refuse_change('tombstones stay');
CREATE TRIGGER "ApiKeyTombstone_no_truncate" BEFORE TRUNCATE ON "ApiKeyTombstone" FOR EACH STATEMENT
  EXECUTE FUNCTION refuse_change('tombstones stay');
CREATE TRIGGER "SlowHash_identity" BEFORE UPDATE ON "SlowHash" FOR EACH ROW
  WHEN (OLD."source" <> NEW."source" OR OLD."clubId" <> NEW."clubId" OR OLD."apiKeyId" <> NEW."apiKeyId"
    OR NEW."hash" IS NOT NULL)
  EXECUTE FUNCTION refuse_change('a hash is only ever taken away');
CREATE TRIGGER "SlowHash_stays" BEFORE DELETE ON "SlowHash" FOR EACH ROW
  EXECUTE FUNCTION refuse_change('what was imported once is known for ever');
CREATE TRIGGER "SlowHash_no_truncate" BEFORE TRUNCATE ON "SlowHash" FOR EACH STATEMENT
  EXECUTE FUNCTION refuse_change('what was imported once is known for ever');

-- Whose a deleted key was: whoever could have revoked it can still revoke what it made.
CREATE FUNCTION bury_api_key() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO "ApiKeyTombstone"
    ("digest", "apiKeyId", "clubId", "userId", "name", "start", "last4", "createdByKeyId", "createdAt", "expiresAt", "revokedAt")
  VALUES (OLD."digest", OLD."id", OLD."clubId", OLD."userId", OLD."name", OLD."start", OLD."last4", OLD."createdByKeyId",
    OLD."createdAt", OLD."expiresAt", OLD."revokedAt");
  RETURN NULL;
END $$;
CREATE TRIGGER "ApiKey_tombstone" AFTER DELETE ON "ApiKey" FOR EACH ROW EXECUTE FUNCTION bury_api_key();

CREATE FUNCTION refuse_buried_api_key() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM "ApiKeyTombstone" WHERE "digest" = NEW."digest") THEN
    RAISE EXCEPTION 'this token belonged to a deleted key' USING ERRCODE = 'unique_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "ApiKey_not_buried" BEFORE INSERT ON "ApiKey" FOR EACH ROW EXECUTE FUNCTION refuse_buried_api_key();

-- A key keeps its digest, but for one whose token was not known yet: from that one to the token's own, once, and to none of a deleted key.
CREATE FUNCTION keep_digest() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM "SlowHash" WHERE "source" = OLD."digest" AND "apiKeyId" = OLD."id" AND "hash" IS NOT NULL) THEN
    RAISE EXCEPTION 'UPDATE of "ApiKey" is refused: a key keeps its digest' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF EXISTS (SELECT 1 FROM "ApiKeyTombstone" WHERE "digest" = NEW."digest") THEN
    RAISE EXCEPTION 'this token belonged to a deleted key' USING ERRCODE = 'unique_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "ApiKey_keeps_digest" BEFORE UPDATE ON "ApiKey" FOR EACH ROW
  WHEN (OLD."digest" <> NEW."digest") EXECUTE FUNCTION keep_digest();

-- Of a key that ends, the hash goes, too: nobody can guess at it any more.
CREATE FUNCTION forget_slow_hash() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  UPDATE "SlowHash" SET "hash" = NULL, "lookup" = NULL WHERE "apiKeyId" = OLD."id" AND "hash" IS NOT NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER "ApiKey_forgets_hash" AFTER UPDATE ON "ApiKey" FOR EACH ROW
  WHEN (OLD."imported" AND (OLD."digest" <> NEW."digest" OR (OLD."revokedAt" IS NULL AND NEW."revokedAt" IS NOT NULL)))
  EXECUTE FUNCTION forget_slow_hash();
CREATE TRIGGER "ApiKey_deleted_hash" AFTER DELETE ON "ApiKey" FOR EACH ROW
  WHEN (OLD."imported") EXECUTE FUNCTION forget_slow_hash();

-- A rotation stays in its club and is told the same from both ends. No foreign key: the record outlives a deleted key.
CREATE FUNCTION keep_rotation_in_club() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM 1 FROM "ApiKey" WHERE "id" = NEW."rotatedFromId" AND "clubId" = NEW."clubId";
  ELSE
    PERFORM 1 FROM "ApiKey" WHERE "id" = NEW."replacedById" AND "clubId" = NEW."clubId" AND "rotatedFromId" = NEW."id";
  END IF;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a rotation joins two keys of one club' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "ApiKey_rotated_in_club" BEFORE INSERT ON "ApiKey" FOR EACH ROW
  WHEN (NEW."rotatedFromId" IS NOT NULL) EXECUTE FUNCTION keep_rotation_in_club();
CREATE TRIGGER "ApiKey_replaced_in_club" BEFORE UPDATE ON "ApiKey" FOR EACH ROW
  WHEN (OLD."replacedById" IS NULL AND NEW."replacedById" IS NOT NULL) EXECUTE FUNCTION keep_rotation_in_club();
CREATE TRIGGER "ApiKey_origin" BEFORE UPDATE ON "ApiKey" FOR EACH ROW
  WHEN (OLD."createdByKeyId" IS DISTINCT FROM NEW."createdByKeyId" OR OLD."rotatedFromId" IS DISTINCT FROM NEW."rotatedFromId"
    OR (OLD."replacedById" IS NOT NULL AND OLD."replacedById" IS DISTINCT FROM NEW."replacedById"))
  EXECUTE FUNCTION refuse_change('a key keeps where it came from and what replaced it');
-- A grace has an end, and it only comes nearer.
CREATE TRIGGER "ApiKey_grace_is_not_extended" BEFORE UPDATE ON "ApiKey" FOR EACH ROW
  WHEN (OLD."replacedById" IS NOT NULL AND NEW."expiresAt" > OLD."expiresAt")
  EXECUTE FUNCTION refuse_change('the grace of a replaced key is not extended');

-- What keys are looked for by: a digest of club, place and value for each value, those of a list in the place of the list. The club is
-- in it, so that looking in one club reads nothing of another. A digest, since an index takes no long texts. The same as
-- `metadata-terms.ts` makes of what is asked for.
CREATE FUNCTION metadata_terms(club text, metadata jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path FROM CURRENT AS $$
  WITH RECURSIVE part(place, value) AS (
    SELECT club, metadata
    UNION ALL
    SELECT inner_part.place, inner_part.value FROM part p CROSS JOIN LATERAL (
      SELECT p.place || '/' || o.key, o.value FROM jsonb_each(CASE jsonb_typeof(p.value) WHEN 'object' THEN p.value ELSE '{}' END) o
      UNION ALL
      SELECT p.place, a.value FROM jsonb_array_elements(CASE jsonb_typeof(p.value) WHEN 'array' THEN p.value ELSE '[]' END) a
    ) inner_part(place, value)
  )
  SELECT coalesce(array_agg(DISTINCT encode(substring(sha256(convert_to(place || '=' || coalesce(value #>> '{}', 'null'), 'UTF8')) FOR 15), 'base64')), '{}')
  FROM part WHERE jsonb_typeof(value) NOT IN ('object', 'array')
$$;

CREATE FUNCTION keep_metadata_terms() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  -- Most keys have none, and taking them apart costs an import of many keys more than writing them.
  NEW."metadataTerms" := CASE NEW."metadata" WHEN '{}' THEN '{}' ELSE metadata_terms(NEW."clubId", NEW."metadata") END;
  RETURN NEW;
END $$;
CREATE TRIGGER "ApiKey_metadata_terms" BEFORE INSERT OR UPDATE OF "metadata", "metadataTerms", "clubId" ON "ApiKey" FOR EACH ROW
  EXECUTE FUNCTION keep_metadata_terms();

-- Every change that can change what a key may do is told on the channel `clubkeys_changes` when it commits, whoever makes it: the app,
-- another process, a hand at psql. The payload is a list of ids (keys, users, clubs) whose cached answers are void, or `*` for all of them.
-- An insert says `+`: only answers of "unknown" are void.

-- Text ids may look like anything: what the payload's own signs could be taken for voids everything instead, as does what does not fit.
CREATE FUNCTION announce(ids text[]) RETURNS void LANGUAGE sql SET search_path FROM CURRENT AS $$
  SELECT pg_notify('clubkeys_changes', CASE
    WHEN cardinality(ids) > 200 OR octet_length(array_to_string(ids, ',')) > 7900
      OR EXISTS (SELECT FROM unnest(ids) AS i("id") WHERE i."id" ~ '[,*+ ]' OR i."id" IN ('', 'outbox')) THEN '*'
    ELSE array_to_string(ids, ',') END)
   WHERE cardinality(ids) > 0
$$;

CREATE FUNCTION tell_all() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM pg_notify('clubkeys_changes', '*');
  RETURN NULL;
END $$;

CREATE FUNCTION tell_api_key_insert() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM pg_notify('clubkeys_changes', '+');
  RETURN NULL;
END $$;

-- What does not change an answer is named, not what does: a column that comes later is told of without anybody remembering to. A session
-- plans a trigger's statement once, for as few rows as it had then: EXCEPT needs no join, which thousands of rows would make slow.
CREATE FUNCTION tell_api_key_change() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  silent CONSTANT text[] := '{updatedAt,revokedReason,honeyUsedAt}';
BEGIN
  PERFORM announce(ARRAY(
    SELECT c."id"::text FROM (
      SELECT o."id", to_jsonb(o) - silent FROM before o EXCEPT SELECT n."id", to_jsonb(n) - silent FROM after n) c));
  RETURN NULL;
END $$;

CREATE FUNCTION tell_api_key_delete() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM announce(ARRAY(SELECT o."id"::text FROM before o));
  RETURN NULL;
END $$;
CREATE TRIGGER "ApiKey_tell_insert" AFTER INSERT ON "ApiKey" FOR EACH STATEMENT EXECUTE FUNCTION tell_api_key_insert();
CREATE TRIGGER "ApiKey_tell_update" AFTER UPDATE ON "ApiKey" REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION tell_api_key_change();
CREATE TRIGGER "ApiKey_tell_delete" AFTER DELETE ON "ApiKey" REFERENCING OLD TABLE AS before
  FOR EACH STATEMENT EXECUTE FUNCTION tell_api_key_delete();
CREATE TRIGGER "ApiKey_tell_truncate" AFTER TRUNCATE ON "ApiKey" FOR EACH STATEMENT EXECUTE FUNCTION tell_all();

-- What is remembered of a key holds its club's limits.
CREATE FUNCTION tell_policy_change() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM announce(ARRAY(
    SELECT c."clubId" FROM (
      SELECT "clubId", "keyRateLimit", "keyRateWindow", "rateLimit", "rateWindow" FROM before
      EXCEPT SELECT "clubId", "keyRateLimit", "keyRateWindow", "rateLimit", "rateWindow" FROM after) c));
  RETURN NULL;
END $$;

CREATE FUNCTION tell_new_policy() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM announce(ARRAY(SELECT n."clubId" FROM after n WHERE n."keyRateLimit" IS NOT NULL OR n."rateLimit" IS NOT NULL));
  RETURN NULL;
END $$;
CREATE TRIGGER "ClubPolicy_tell_insert" AFTER INSERT ON "ClubPolicy" REFERENCING NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION tell_new_policy();
CREATE TRIGGER "ClubPolicy_tell_update" AFTER UPDATE ON "ClubPolicy" REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION tell_policy_change();
CREATE TRIGGER "ClubPolicy_tell_delete" AFTER DELETE ON "ClubPolicy" FOR EACH STATEMENT EXECUTE FUNCTION tell_all();
CREATE TRIGGER "ClubPolicy_tell_truncate" AFTER TRUNCATE ON "ClubPolicy" FOR EACH STATEMENT EXECUTE FUNCTION tell_all();

-- Rules that this database needs every release to know.

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
CREATE FUNCTION raise_rules_floor() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO "RulesFloor" ("rules", "restriction") VALUES (TG_ARGV[0]::integer, TG_TABLE_NAME || '.' || TG_ARGV[1])
    ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
-- Else whoever may make a table, if only a temporary one, could raise the floor by a trigger of their own.
REVOKE EXECUTE ON FUNCTION raise_rules_floor() FROM PUBLIC;
CREATE TRIGGER "ApiKey_allowedCidrs_needs_rules" AFTER INSERT OR UPDATE OF "allowedCidrs" ON "ApiKey" FOR EACH ROW
  WHEN (NEW."allowedCidrs" IS NOT NULL) EXECUTE FUNCTION raise_rules_floor('1', 'allowedCidrs');
CREATE TRIGGER "ApiKey_rateLimit_needs_rules" AFTER INSERT OR UPDATE OF "rateLimit" ON "ApiKey" FOR EACH ROW
  WHEN (NEW."rateLimit" IS NOT NULL) EXECUTE FUNCTION raise_rules_floor('1', 'rateLimit');
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
