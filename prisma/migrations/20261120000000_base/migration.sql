-- CreateEnum
CREATE TYPE "UserKind" AS ENUM ('user', 'service');

-- CreateEnum
CREATE TYPE "Role" AS ENUM ('CLUB_ADMIN', 'COACH', 'ATHLETE');

-- CreateEnum
CREATE TYPE "MembershipStatus" AS ENUM ('ACTIVE', 'SUSPENDED', 'REMOVED');

-- CreateEnum
CREATE TYPE "PracticeStatus" AS ENUM ('DRAFT', 'PUBLISHED');

-- CreateEnum
CREATE TYPE "AuditActorKind" AS ENUM ('api_key', 'session', 'operator', 'system');

-- CreateTable
CREATE TABLE "User" (
    "id" UUID NOT NULL,
    "kind" "UserKind" NOT NULL DEFAULT 'user',
    "name" TEXT NOT NULL,
    "email" TEXT,
    "emailVerified" TIMESTAMPTZ(3),
    "image" TEXT,
    "disabledAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Account" (
    "id" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "providerAccountId" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "VerificationToken" (
    "identifier" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "expires" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "VerificationToken_pkey" PRIMARY KEY ("identifier","token")
);

-- CreateTable
CREATE TABLE "LoginSession" (
    "id" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "authenticatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "revokedAt" TIMESTAMPTZ(3),
    "address" TEXT,
    "userAgent" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "LoginSession_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Club" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "defaultKeyDays" INTEGER NOT NULL DEFAULT 90,
    "maxKeyDays" INTEGER NOT NULL DEFAULT 366,
    "allowNonExpiringKeys" BOOLEAN NOT NULL DEFAULT true,
    "maxLiveKeysPerMember" INTEGER NOT NULL DEFAULT 100,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Club_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Membership" (
    "id" UUID NOT NULL,
    "clubId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "roles" "Role"[],
    "status" "MembershipStatus" NOT NULL DEFAULT 'ACTIVE',
    "joinedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Membership_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ApiKey" (
    "id" UUID NOT NULL,
    "clubId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "digest" BYTEA NOT NULL,
    "start" TEXT NOT NULL,
    "last4" TEXT NOT NULL,
    "scopes" TEXT[],
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3),
    "disabledAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),
    "revokedReason" TEXT,
    "createdByKeyId" UUID,

    CONSTRAINT "ApiKey_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ApiKeyUse" (
    "apiKeyId" UUID NOT NULL,
    "clubId" UUID NOT NULL,
    "lastUsedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ApiKeyUse_pkey" PRIMARY KEY ("apiKeyId")
);

-- CreateTable
CREATE TABLE "ApiKeyTombstone" (
    "digest" BYTEA NOT NULL,
    "apiKeyId" UUID NOT NULL,
    "clubId" UUID NOT NULL,
    "deletedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ApiKeyTombstone_pkey" PRIMARY KEY ("digest")
);

-- CreateTable
CREATE TABLE "Practice" (
    "id" UUID NOT NULL,
    "clubId" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "startsAt" TIMESTAMPTZ(3) NOT NULL,
    "endsAt" TIMESTAMPTZ(3),
    "location" TEXT,
    "notes" TEXT,
    "status" "PracticeStatus" NOT NULL DEFAULT 'DRAFT',
    "createdById" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Practice_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AuditEvent" (
    "id" UUID NOT NULL,
    "clubId" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actorKind" "AuditActorKind" NOT NULL,
    "actorUserId" UUID,
    "actorKeyId" UUID,
    "actorLabel" TEXT,
    "action" TEXT NOT NULL,
    "targetType" TEXT NOT NULL,
    "targetId" UUID NOT NULL,
    "changes" JSONB NOT NULL DEFAULT '{}',
    "requestId" TEXT,
    "address" TEXT,
    "userAgent" TEXT,

    CONSTRAINT "AuditEvent_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");

-- CreateIndex
CREATE INDEX "Account_userId_idx" ON "Account"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "Account_provider_providerAccountId_key" ON "Account"("provider", "providerAccountId");

-- CreateIndex
CREATE INDEX "LoginSession_userId_idx" ON "LoginSession"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "Club_slug_key" ON "Club"("slug");

-- CreateIndex
CREATE INDEX "Membership_userId_idx" ON "Membership"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "Membership_clubId_userId_key" ON "Membership"("clubId", "userId");

-- CreateIndex
CREATE UNIQUE INDEX "Membership_clubId_id_key" ON "Membership"("clubId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "ApiKey_digest_key" ON "ApiKey"("digest");

-- CreateIndex
CREATE INDEX "ApiKey_clubId_createdAt_id_idx" ON "ApiKey"("clubId", "createdAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "ApiKey_clubId_userId_idx" ON "ApiKey"("clubId", "userId");

-- CreateIndex
CREATE UNIQUE INDEX "ApiKey_clubId_id_key" ON "ApiKey"("clubId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "ApiKeyUse_clubId_apiKeyId_key" ON "ApiKeyUse"("clubId", "apiKeyId");

-- CreateIndex
CREATE INDEX "Practice_clubId_startsAt_id_idx" ON "Practice"("clubId", "startsAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Practice_clubId_id_key" ON "Practice"("clubId", "id");

-- CreateIndex
CREATE INDEX "AuditEvent_clubId_at_id_idx" ON "AuditEvent"("clubId", "at" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "AuditEvent_clubId_id_key" ON "AuditEvent"("clubId", "id");

-- AddForeignKey
ALTER TABLE "Account" ADD CONSTRAINT "Account_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LoginSession" ADD CONSTRAINT "LoginSession_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Membership" ADD CONSTRAINT "Membership_clubId_fkey" FOREIGN KEY ("clubId") REFERENCES "Club"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Membership" ADD CONSTRAINT "Membership_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApiKey" ADD CONSTRAINT "ApiKey_clubId_fkey" FOREIGN KEY ("clubId") REFERENCES "Club"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApiKey" ADD CONSTRAINT "ApiKey_clubId_userId_fkey" FOREIGN KEY ("clubId", "userId") REFERENCES "Membership"("clubId", "userId") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ApiKeyUse" ADD CONSTRAINT "ApiKeyUse_clubId_apiKeyId_fkey" FOREIGN KEY ("clubId", "apiKeyId") REFERENCES "ApiKey"("clubId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApiKeyTombstone" ADD CONSTRAINT "ApiKeyTombstone_clubId_fkey" FOREIGN KEY ("clubId") REFERENCES "Club"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Practice" ADD CONSTRAINT "Practice_clubId_fkey" FOREIGN KEY ("clubId") REFERENCES "Club"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Practice" ADD CONSTRAINT "Practice_clubId_createdById_fkey" FOREIGN KEY ("clubId", "createdById") REFERENCES "Membership"("clubId", "userId") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "AuditEvent" ADD CONSTRAINT "AuditEvent_clubId_fkey" FOREIGN KEY ("clubId") REFERENCES "Club"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What Prisma cannot say: checks, triggers and grants.

ALTER TABLE "User"
  ADD CONSTRAINT "User_email_lower_case" CHECK ("email" = lower("email")),
  ADD CONSTRAINT "User_email_iff_person" CHECK (("kind" = 'user') = ("email" IS NOT NULL));

ALTER TABLE "Club"
  ADD CONSTRAINT "Club_slug_shape" CHECK ("slug" ~ '^[a-z0-9](-?[a-z0-9])*$' AND char_length("slug") BETWEEN 2 AND 40),
  ADD CONSTRAINT "Club_key_policy" CHECK ("defaultKeyDays" BETWEEN 1 AND "maxKeyDays" AND "maxLiveKeysPerMember" >= 1);

ALTER TABLE "Membership"
  ADD CONSTRAINT "Membership_has_roles" CHECK ("roles" IS NOT NULL AND cardinality("roles") > 0 AND array_position("roles", NULL) IS NULL);

ALTER TABLE "ApiKey"
  ADD CONSTRAINT "ApiKey_digest_is_sha256" CHECK (octet_length("digest") = 32),
  ADD CONSTRAINT "ApiKey_name_length" CHECK (char_length("name") BETWEEN 1 AND 64),
  ADD CONSTRAINT "ApiKey_scopes_present" CHECK ("scopes" IS NOT NULL AND array_position("scopes", NULL) IS NULL),
  ADD CONSTRAINT "ApiKey_metadata_is_object" CHECK (jsonb_typeof("metadata") = 'object');

ALTER TABLE "Practice"
  ADD CONSTRAINT "Practice_ends_after_start" CHECK ("endsAt" > "startsAt");

-- A row never moves to another tenant or owner, whoever asks.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of "%" is refused: %', TG_OP, TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER "Membership_identity" BEFORE UPDATE ON "Membership" FOR EACH ROW
  WHEN (OLD."id" <> NEW."id" OR OLD."clubId" <> NEW."clubId" OR OLD."userId" <> NEW."userId")
  EXECUTE FUNCTION refuse_change('a membership keeps its club and user');

CREATE TRIGGER "Practice_identity" BEFORE UPDATE ON "Practice" FOR EACH ROW
  WHEN (OLD."id" <> NEW."id" OR OLD."clubId" <> NEW."clubId")
  EXECUTE FUNCTION refuse_change('a practice keeps its club');

CREATE TRIGGER "ApiKey_identity" BEFORE UPDATE ON "ApiKey" FOR EACH ROW
  WHEN (OLD."id" <> NEW."id" OR OLD."clubId" <> NEW."clubId" OR OLD."userId" <> NEW."userId" OR OLD."digest" <> NEW."digest")
  EXECUTE FUNCTION refuse_change('a key keeps its club, owner and digest');

CREATE TRIGGER "ApiKey_revocation_is_final" BEFORE UPDATE ON "ApiKey" FOR EACH ROW
  WHEN (OLD."revokedAt" IS NOT NULL AND NEW."revokedAt" IS DISTINCT FROM OLD."revokedAt")
  EXECUTE FUNCTION refuse_change('a revocation is final');

CREATE TRIGGER "ApiKey_delete_only_dead" BEFORE DELETE ON "ApiKey" FOR EACH ROW
  WHEN (OLD."revokedAt" IS NULL AND (OLD."expiresAt" IS NULL OR OLD."expiresAt" > clock_timestamp()))
  EXECUTE FUNCTION refuse_change('only a revoked or expired key can be deleted');

-- A deleted key leaves its digest behind, so that the same token can never be registered again.
CREATE FUNCTION bury_api_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "ApiKeyTombstone" ("digest", "apiKeyId", "clubId") VALUES (OLD."digest", OLD."id", OLD."clubId");
  RETURN NULL;
END $$;
CREATE TRIGGER "ApiKey_tombstone" AFTER DELETE ON "ApiKey" FOR EACH ROW EXECUTE FUNCTION bury_api_key();

CREATE FUNCTION refuse_buried_api_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM "ApiKeyTombstone" WHERE "digest" = NEW."digest") THEN
    RAISE EXCEPTION 'this token belonged to a deleted key' USING ERRCODE = 'unique_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "ApiKey_not_buried" BEFORE INSERT ON "ApiKey" FOR EACH ROW EXECUTE FUNCTION refuse_buried_api_key();

-- Whoever leaves a club leaves his keys behind, revoked: a return revives none.
CREATE FUNCTION revoke_leavers_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE "ApiKey" SET "revokedAt" = now(), "revokedReason" = 'The owner left the club.', "updatedAt" = now()
  WHERE "clubId" = NEW."clubId" AND "userId" = NEW."userId" AND "revokedAt" IS NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER "Membership_removal_revokes" AFTER UPDATE ON "Membership" FOR EACH ROW
  WHEN (OLD."status" <> 'REMOVED' AND NEW."status" = 'REMOVED') EXECUTE FUNCTION revoke_leavers_keys();

CREATE TRIGGER "AuditEvent_append_only" BEFORE UPDATE OR DELETE ON "AuditEvent" FOR EACH ROW
  EXECUTE FUNCTION refuse_change('the audit log is append-only');
CREATE TRIGGER "AuditEvent_no_truncate" BEFORE TRUNCATE ON "AuditEvent" FOR EACH STATEMENT
  EXECUTE FUNCTION refuse_change('the audit log is append-only');
CREATE TRIGGER "ApiKeyTombstone_append_only" BEFORE UPDATE OR DELETE ON "ApiKeyTombstone" FOR EACH ROW
  EXECUTE FUNCTION refuse_change('tombstones stay');

-- The app connects as a member of this role, which owns nothing. An owner that may not create roles
-- (some managed databases) skips this part: the app then runs as the owner, and says so at start.
DO $$
BEGIN
  BEGIN
    CREATE ROLE clubkeys_app NOLOGIN;
  EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
    WHEN insufficient_privilege THEN RAISE NOTICE 'no right to create the role clubkeys_app';
  END;
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'clubkeys_app') THEN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO clubkeys_app', current_schema());
    GRANT SELECT, INSERT, UPDATE ON "User", "Club", "Membership", "ApiKeyUse" TO clubkeys_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON "Account", "VerificationToken", "LoginSession", "ApiKey", "Practice" TO clubkeys_app;
    GRANT SELECT, INSERT ON "AuditEvent", "ApiKeyTombstone" TO clubkeys_app;
    IF to_regclass('_prisma_migrations') IS NOT NULL THEN
      GRANT SELECT ON "_prisma_migrations" TO clubkeys_app;
    END IF;
  END IF;
END $$;
