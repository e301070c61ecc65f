-- The club app: people and how they sign in, clubs and their members, practices, mail. The key layer reads none of these tables.

-- For the functions, as in the first migration.
SELECT set_config('search_path', format('%I, pg_temp', current_schema()), true);

CREATE TYPE "UserKind" AS ENUM ('user', 'service');
CREATE TYPE "Role" AS ENUM ('CLUB_ADMIN', 'COACH', 'ATHLETE');
CREATE TYPE "MembershipStatus" AS ENUM ('ACTIVE', 'SUSPENDED', 'REMOVED');
CREATE TYPE "PracticeStatus" AS ENUM ('DRAFT', 'PUBLISHED');

CREATE TABLE "User" (
    "id" UUID NOT NULL,
    "kind" "UserKind" NOT NULL DEFAULT 'user',
    "name" TEXT NOT NULL,
    "email" TEXT,
    "emailVerified" TIMESTAMPTZ(3),
    "image" TEXT,
    "passwordHash" TEXT,
    "disabledAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "User_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "User_email_lower_case" CHECK ("email" = lower("email")),
    CONSTRAINT "User_email_iff_person" CHECK (("kind" = 'user') = ("email" IS NOT NULL)),
    CONSTRAINT "User_service_has_no_login" CHECK ("kind" = 'user' OR ("passwordHash" IS NULL AND "emailVerified" IS NULL))
);
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");

CREATE TABLE "Account" (
    "id" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "providerAccountId" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Account_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "Account_userId_idx" ON "Account"("userId");
CREATE UNIQUE INDEX "Account_provider_providerAccountId_key" ON "Account"("provider", "providerAccountId");
ALTER TABLE "Account" ADD CONSTRAINT "Account_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "VerificationToken" (
    "identifier" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "expires" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "VerificationToken_pkey" PRIMARY KEY ("identifier","token")
);
CREATE UNIQUE INDEX "VerificationToken_token_key" ON "VerificationToken"("token");
CREATE INDEX "VerificationToken_expires_idx" ON "VerificationToken"("expires");

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
CREATE INDEX "LoginSession_userId_idx" ON "LoginSession"("userId");
CREATE INDEX "LoginSession_expiresAt_idx" ON "LoginSession"("expiresAt");
ALTER TABLE "LoginSession" ADD CONSTRAINT "LoginSession_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "LinkIntent" (
    "id" UUID NOT NULL,
    "sessionId" UUID NOT NULL,
    "issuer" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "state" TEXT,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "LinkIntent_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "LinkIntent_token_key" ON "LinkIntent"("token");
CREATE UNIQUE INDEX "LinkIntent_state_key" ON "LinkIntent"("state");
CREATE INDEX "LinkIntent_sessionId_idx" ON "LinkIntent"("sessionId");
CREATE INDEX "LinkIntent_expiresAt_idx" ON "LinkIntent"("expiresAt");
ALTER TABLE "LinkIntent" ADD CONSTRAINT "LinkIntent_sessionId_fkey" FOREIGN KEY ("sessionId") REFERENCES "LoginSession"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "RateLimiterFlexible" (
    "key" TEXT NOT NULL,
    "points" INTEGER NOT NULL,
    "expire" TIMESTAMP(3),

    CONSTRAINT "RateLimiterFlexible_pkey" PRIMARY KEY ("key")
);
CREATE INDEX "RateLimiterFlexible_expire_idx" ON "RateLimiterFlexible"("expire");

CREATE TABLE "Club" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "timeZone" TEXT NOT NULL DEFAULT 'UTC',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Club_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "Club_slug_shape" CHECK ("slug" ~ '^[a-z0-9](-?[a-z0-9])*$' AND char_length("slug") BETWEEN 2 AND 40)
);
CREATE UNIQUE INDEX "Club_slug_key" ON "Club"("slug");

CREATE TABLE "Membership" (
    "id" UUID NOT NULL,
    "clubId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "name" TEXT,
    "roles" "Role"[],
    "status" "MembershipStatus" NOT NULL DEFAULT 'ACTIVE',
    "vouched" BOOLEAN NOT NULL DEFAULT false,
    "joinedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Membership_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "Membership_has_roles" CHECK ("roles" IS NOT NULL AND cardinality("roles") > 0 AND array_position("roles", NULL) IS NULL)
);
CREATE INDEX "Membership_userId_idx" ON "Membership"("userId");
CREATE INDEX "Membership_clubId_joinedAt_id_idx" ON "Membership"("clubId", "joinedAt", "id");
CREATE INDEX "Membership_clubId_status_joinedAt_id_idx" ON "Membership"("clubId", "status", "joinedAt", "id");
CREATE UNIQUE INDEX "Membership_clubId_userId_key" ON "Membership"("clubId", "userId");
CREATE UNIQUE INDEX "Membership_clubId_id_key" ON "Membership"("clubId", "id");
ALTER TABLE "Membership" ADD CONSTRAINT "Membership_clubId_fkey" FOREIGN KEY ("clubId") REFERENCES "Club"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Membership" ADD CONSTRAINT "Membership_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TABLE "Invitation" (
    "id" UUID NOT NULL,
    "clubId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "invitedById" UUID,
    "sentAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "link" TEXT,
    "mail" TEXT,

    CONSTRAINT "Invitation_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "Invitation_clubId_invitedById_idx" ON "Invitation"("clubId", "invitedById");
CREATE UNIQUE INDEX "Invitation_clubId_userId_key" ON "Invitation"("clubId", "userId");
CREATE UNIQUE INDEX "Invitation_clubId_id_key" ON "Invitation"("clubId", "id");
ALTER TABLE "Invitation" ADD CONSTRAINT "Invitation_clubId_fkey" FOREIGN KEY ("clubId") REFERENCES "Club"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Invitation" ADD CONSTRAINT "Invitation_clubId_userId_fkey" FOREIGN KEY ("clubId", "userId") REFERENCES "Membership"("clubId", "userId") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "Invitation" ADD CONSTRAINT "Invitation_clubId_invitedById_fkey" FOREIGN KEY ("clubId", "invitedById") REFERENCES "Membership"("clubId", "userId") ON DELETE RESTRICT ON UPDATE RESTRICT;

CREATE TABLE "MemberVisit" (
    "id" UUID NOT NULL,
    "clubId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "MemberVisit_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "MemberVisit_clubId_userId_key" ON "MemberVisit"("clubId", "userId");
CREATE UNIQUE INDEX "MemberVisit_clubId_id_key" ON "MemberVisit"("clubId", "id");
ALTER TABLE "MemberVisit" ADD CONSTRAINT "MemberVisit_clubId_fkey" FOREIGN KEY ("clubId") REFERENCES "Club"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "MemberVisit" ADD CONSTRAINT "MemberVisit_clubId_userId_fkey" FOREIGN KEY ("clubId", "userId") REFERENCES "Membership"("clubId", "userId") ON DELETE RESTRICT ON UPDATE RESTRICT;

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

    CONSTRAINT "Practice_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "Practice_ends_after_start" CHECK ("endsAt" > "startsAt")
);
CREATE INDEX "Practice_clubId_startsAt_id_idx" ON "Practice"("clubId", "startsAt", "id");
CREATE INDEX "Practice_clubId_status_startsAt_id_idx" ON "Practice"("clubId", "status", "startsAt", "id");
CREATE UNIQUE INDEX "Practice_clubId_id_key" ON "Practice"("clubId", "id");
ALTER TABLE "Practice" ADD CONSTRAINT "Practice_clubId_fkey" FOREIGN KEY ("clubId") REFERENCES "Club"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Practice" ADD CONSTRAINT "Practice_clubId_createdById_fkey" FOREIGN KEY ("clubId", "createdById") REFERENCES "Membership"("clubId", "userId") ON DELETE RESTRICT ON UPDATE RESTRICT;

CREATE TABLE "OutgoingMail" (
    "id" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "params" JSONB NOT NULL,
    "once" TEXT,
    "rank" SMALLINT NOT NULL,
    "attempts" SMALLINT NOT NULL DEFAULT 0,
    "dueAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "claimedAt" TIMESTAMPTZ(3),
    "mintedAt" TIMESTAMPTZ(3),
    "endedAt" TIMESTAMPTZ(3),
    "outcome" TEXT,
    "trouble" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "OutgoingMail_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "OutgoingMail_ends_with_an_outcome" CHECK (("endedAt" IS NULL) = ("outcome" IS NULL))
);
CREATE UNIQUE INDEX "OutgoingMail_once_key" ON "OutgoingMail"("once");
CREATE INDEX "OutgoingMail_userId_kind_idx" ON "OutgoingMail"("userId", "kind");
CREATE INDEX "OutgoingMail_endedAt_idx" ON "OutgoingMail"("endedAt");
ALTER TABLE "OutgoingMail" ADD CONSTRAINT "OutgoingMail_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "UnwantedMail" (
    "id" UUID NOT NULL,
    "clubId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "UnwantedMail_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "UnwantedMail_clubId_userId_kind_key" ON "UnwantedMail"("clubId", "userId", "kind");
CREATE UNIQUE INDEX "UnwantedMail_clubId_id_key" ON "UnwantedMail"("clubId", "id");
ALTER TABLE "UnwantedMail" ADD CONSTRAINT "UnwantedMail_clubId_fkey" FOREIGN KEY ("clubId") REFERENCES "Club"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "UnwantedMail" ADD CONSTRAINT "UnwantedMail_clubId_userId_fkey" FOREIGN KEY ("clubId", "userId") REFERENCES "Membership"("clubId", "userId") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- The few that wait, in the order in which they are sent, among those of a month.
CREATE INDEX "OutgoingMail_waiting" ON "OutgoingMail"("rank", "dueAt") WHERE "endedAt" IS NULL;

-- A row never moves to another tenant, whoever asks.
CREATE TRIGGER "Membership_identity" BEFORE UPDATE ON "Membership" FOR EACH ROW
  WHEN (OLD."id" <> NEW."id" OR OLD."clubId" <> NEW."clubId" OR OLD."userId" <> NEW."userId")
  EXECUTE FUNCTION refuse_change('a membership keeps its club and user');
CREATE TRIGGER "Practice_identity" BEFORE UPDATE ON "Practice" FOR EACH ROW
  WHEN (OLD."id" <> NEW."id" OR OLD."clubId" <> NEW."clubId")
  EXECUTE FUNCTION refuse_change('a practice keeps its club');
SELECT tenant_table('"Invitation"');
SELECT tenant_table('"MemberVisit"');
SELECT tenant_table('"UnwantedMail"');

-- A club always keeps an active admin. Decided here, whoever asks and however many at once: the trigger takes the club's row, so
-- that two admins cannot each see the other still there.
CREATE FUNCTION keep_an_admin() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM 1 FROM "Club" WHERE "id" = OLD."clubId" FOR NO KEY UPDATE;
  IF NOT EXISTS (
    SELECT 1 FROM "Membership" m JOIN "User" u ON u."id" = m."userId"
    WHERE m."clubId" = OLD."clubId" AND m."status" = 'ACTIVE' AND 'CLUB_ADMIN' = ANY (m."roles")
      AND u."kind" = 'user' AND u."disabledAt" IS NULL
  ) THEN
    RAISE EXCEPTION 'the last active admin of a club cannot go' USING ERRCODE = 'check_violation', CONSTRAINT = 'Club_keeps_an_admin';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "Membership_keeps_an_admin" AFTER UPDATE ON "Membership" FOR EACH ROW
  WHEN (OLD."status" = 'ACTIVE' AND 'CLUB_ADMIN' = ANY (OLD."roles") AND NOT (NEW."status" = 'ACTIVE' AND 'CLUB_ADMIN' = ANY (NEW."roles")))
  EXECUTE FUNCTION keep_an_admin();

-- A service account belongs to one club for good and never signs in. Said here, so that no path past the verbs makes it a person.
CREATE TRIGGER "User_keeps_its_kind" BEFORE UPDATE ON "User" FOR EACH ROW
  WHEN (OLD."kind" <> NEW."kind") EXECUTE FUNCTION refuse_change('a person stays a person, a service account one');

CREATE FUNCTION refuse_service_login() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM "User" WHERE "id" = NEW."userId" AND "kind" = 'service') THEN
    RAISE EXCEPTION 'a service account has no login' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "LoginSession_of_a_person" BEFORE INSERT OR UPDATE OF "userId" ON "LoginSession" FOR EACH ROW EXECUTE FUNCTION refuse_service_login();
CREATE TRIGGER "Account_of_a_person" BEFORE INSERT OR UPDATE OF "userId" ON "Account" FOR EACH ROW EXECUTE FUNCTION refuse_service_login();

-- Takes the account's row: of two clubs that claim it at once, the second sees the first.
CREATE FUNCTION refuse_second_club() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM 1 FROM "User" WHERE "id" = NEW."userId" AND "kind" = 'service' FOR NO KEY UPDATE;
  IF FOUND AND EXISTS (SELECT 1 FROM "Membership" WHERE "userId" = NEW."userId" AND "clubId" <> NEW."clubId") THEN
    RAISE EXCEPTION 'a service account belongs to one club' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "Membership_of_one_club" BEFORE INSERT ON "Membership" FOR EACH ROW EXECUTE FUNCTION refuse_second_club();

-- Disabling somebody ends their sign-ins and the links that would set their password, whoever disables them, a hand at psql too: none of
-- them comes back with the person.
CREATE FUNCTION end_ways_in() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  UPDATE "LoginSession" SET "revokedAt" = now() WHERE "userId" = NEW."id" AND "revokedAt" IS NULL;
  DELETE FROM "VerificationToken" WHERE "identifier" IN ('set-password:' || NEW."id", 'set-password-handed:' || NEW."id");
  RETURN NULL;
END $$;
CREATE TRIGGER "User_disabled_ends_ways_in" AFTER UPDATE ON "User" FOR EACH ROW
  WHEN (OLD."disabledAt" IS NULL AND NEW."disabledAt" IS NOT NULL) EXECUTE FUNCTION end_ways_in();
