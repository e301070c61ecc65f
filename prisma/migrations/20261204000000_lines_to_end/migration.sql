-- CreateTable
CREATE TABLE "LineToEnd" (
    "id" UUID NOT NULL,
    "clubId" UUID NOT NULL,
    "keyIds" UUID[],
    "ownerId" UUID,
    "reason" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "LineToEnd_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "LineToEnd_clubId_id_key" ON "LineToEnd"("clubId", "id");

-- AddForeignKey
ALTER TABLE "LineToEnd" ADD CONSTRAINT "LineToEnd_clubId_fkey" FOREIGN KEY ("clubId") REFERENCES "Club"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- It says what was decided: it is made and taken away, never changed.
CREATE TRIGGER "LineToEnd_identity" BEFORE UPDATE ON "LineToEnd" FOR EACH ROW EXECUTE FUNCTION refuse_change('a line to end stays as it is');
