-- Few hours hold any: so the keys with failed calls are found without reading the others.
CREATE INDEX "ApiKeyUsage_failed" ON "ApiKeyUsage"("clubId", "hour", "apiKeyId") WHERE "denied" > 0 OR "errors" > 0;
