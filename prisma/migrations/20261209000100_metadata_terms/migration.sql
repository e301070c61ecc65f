-- AlterTable
ALTER TABLE "ApiKey" ADD COLUMN     "metadataTerms" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- What keys are looked for by: a digest of club, place and value for each value, those of a list in the place of the list. The club is
-- in it, so that looking in one club reads nothing of another. A digest, since an index takes no long texts. The same as
-- `metadata-terms.ts` makes of what is asked for.
CREATE FUNCTION metadata_terms(club uuid, metadata jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  WITH RECURSIVE part(place, value) AS (
    SELECT club::text, metadata
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

CREATE FUNCTION keep_metadata_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Most keys have none, and taking them apart costs an import of many keys more than writing them.
  NEW."metadataTerms" := CASE NEW."metadata" WHEN '{}' THEN '{}' ELSE metadata_terms(NEW."clubId", NEW."metadata") END;
  RETURN NEW;
END $$;

DO $$
DECLARE
  rule text;
BEGIN
  FOREACH rule IN ARRAY ARRAY['metadata_terms(uuid, jsonb)', 'keep_metadata_terms()'] LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, %I, pg_temp', rule, current_schema());
  END LOOP;
END $$;

-- Of what is there already, without telling everybody that each of these keys has changed: for verification none has.
ALTER TABLE "ApiKey" DISABLE TRIGGER USER;
UPDATE "ApiKey" SET "metadataTerms" = metadata_terms("clubId", "metadata") WHERE "metadata" <> '{}';
ALTER TABLE "ApiKey" ENABLE TRIGGER USER;

CREATE TRIGGER "ApiKey_metadata_terms" BEFORE INSERT OR UPDATE OF "metadata", "metadataTerms", "clubId" ON "ApiKey" FOR EACH ROW
  EXECUTE FUNCTION keep_metadata_terms();

-- CreateIndex
CREATE INDEX "ApiKey_metadataTerms_idx" ON "ApiKey" USING GIN ("metadataTerms");
