-- AlterTable
ALTER TABLE "User" ADD COLUMN     "passwordHash" TEXT;

-- CreateTable
CREATE TABLE "RateLimiterFlexible" (
    "key" TEXT NOT NULL,
    "points" INTEGER NOT NULL,
    "expire" TIMESTAMP(3),

    CONSTRAINT "RateLimiterFlexible_pkey" PRIMARY KEY ("key")
);

-- A club always keeps an active admin. Decided here, whoever asks and however many at once: the trigger takes the club's row, so
-- that two admins cannot each see the other still there.
CREATE FUNCTION keep_an_admin() RETURNS trigger LANGUAGE plpgsql AS $$
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

DO $$
BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'clubkeys_app') THEN
    GRANT SELECT, INSERT, UPDATE, DELETE ON "RateLimiterFlexible" TO clubkeys_app;
  END IF;
END $$;
