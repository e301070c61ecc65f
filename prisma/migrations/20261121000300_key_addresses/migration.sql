-- AlterTable
ALTER TABLE "ApiKey" ADD COLUMN     "allowedCidrs" TEXT;

-- A text that holds no network, or anything but networks, is refused: emptied by hand, a list must not come to mean "anywhere".
ALTER TABLE "ApiKey" ADD CONSTRAINT "ApiKey_allowed_cidrs" CHECK (cardinality(string_to_array("allowedCidrs", ',')::cidr[]) BETWEEN 1 AND 50);

-- What does not change an answer is named, not what does: a column that comes later is told of without anybody remembering to.
CREATE OR REPLACE FUNCTION tell_api_key_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  silent CONSTANT text[] := '{metadata,updatedAt,revokedReason}';
BEGIN
  PERFORM tell_changes(ARRAY(
    SELECT o."id" FROM before o LEFT JOIN after n ON n."id" = o."id"
    WHERE to_jsonb(n) - silent IS DISTINCT FROM to_jsonb(o) - silent));
  RETURN NULL;
END $$;

-- Replacing a function takes its settings away.
DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION tell_api_key_change() SET search_path = pg_catalog, %I, pg_temp', current_schema());
END $$;
