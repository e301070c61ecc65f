-- CreateTable
CREATE TABLE "UnwantedMail" (
    "id" UUID NOT NULL,
    "clubId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "UnwantedMail_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "UnwantedMail_clubId_userId_kind_key" ON "UnwantedMail"("clubId", "userId", "kind");

-- CreateIndex
CREATE UNIQUE INDEX "UnwantedMail_clubId_id_key" ON "UnwantedMail"("clubId", "id");

-- AddForeignKey
ALTER TABLE "UnwantedMail" ADD CONSTRAINT "UnwantedMail_clubId_fkey" FOREIGN KEY ("clubId") REFERENCES "Club"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "UnwantedMail" ADD CONSTRAINT "UnwantedMail_clubId_userId_fkey" FOREIGN KEY ("clubId", "userId") REFERENCES "Membership"("clubId", "userId") ON DELETE RESTRICT ON UPDATE RESTRICT;

SELECT tenant_table('"UnwantedMail"');
