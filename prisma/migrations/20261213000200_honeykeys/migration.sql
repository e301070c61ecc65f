-- Keys that can do nothing: whoever uses one has found it where nobody should look.
ALTER TABLE "ApiKey" ADD COLUMN "honey" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "honeyUsedAt" TIMESTAMPTZ(3);

-- Whatever reads it, an earlier release too, takes it for a key that is off and holds no scope, and nothing can turn it on.
ALTER TABLE "ApiKey"
  ADD CONSTRAINT "ApiKey_honey_is_off" CHECK (NOT "honey" OR ("disabledAt" IS NOT NULL AND "scopes" = '{}')),
  ADD CONSTRAINT "ApiKey_honey_used" CHECK ("honeyUsedAt" IS NULL OR "honey");
