-- CreateTable
CREATE TABLE "LinkIntent" (
    "id" UUID NOT NULL,
    "sessionId" UUID NOT NULL,
    "issuer" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "state" TEXT,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "LinkIntent_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "LinkIntent_token_key" ON "LinkIntent"("token");

-- CreateIndex
CREATE UNIQUE INDEX "LinkIntent_state_key" ON "LinkIntent"("state");

-- CreateIndex
CREATE INDEX "LinkIntent_sessionId_idx" ON "LinkIntent"("sessionId");

-- CreateIndex
CREATE INDEX "LinkIntent_expiresAt_idx" ON "LinkIntent"("expiresAt");

-- AddForeignKey
ALTER TABLE "LinkIntent" ADD CONSTRAINT "LinkIntent_sessionId_fkey" FOREIGN KEY ("sessionId") REFERENCES "LoginSession"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Disabling somebody ends their sign-ins and the links that would set their password, whoever disables them, a hand at psql too: none of
-- them comes back with the person.
CREATE FUNCTION end_ways_in() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE "LoginSession" SET "revokedAt" = now() WHERE "userId" = NEW."id" AND "revokedAt" IS NULL;
  DELETE FROM "VerificationToken" WHERE "identifier" IN ('set-password:' || NEW."id", 'set-password-handed:' || NEW."id");
  RETURN NULL;
END $$;
CREATE TRIGGER "User_disabled_ends_ways_in" AFTER UPDATE ON "User" FOR EACH ROW
  WHEN (OLD."disabledAt" IS NULL AND NEW."disabledAt" IS NOT NULL) EXECUTE FUNCTION end_ways_in();

DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION end_ways_in() SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$;
