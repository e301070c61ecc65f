-- An import asks which stored beginnings begin as another one does: byte by byte, whatever the database's collation is.
DROP INDEX "SlowHash_by_lookup";
CREATE INDEX "SlowHash_by_lookup" ON "SlowHash"("lookup" text_pattern_ops) WHERE "hash" IS NOT NULL;
