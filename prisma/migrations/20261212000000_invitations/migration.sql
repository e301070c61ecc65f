-- CreateTable
CREATE TABLE "Invitation" (
    "id" UUID NOT NULL,
    "clubId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "invitedById" UUID,
    "sentAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "link" TEXT,

    CONSTRAINT "Invitation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "MemberVisit" (
    "id" UUID NOT NULL,
    "clubId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "MemberVisit_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Invitation_clubId_invitedById_idx" ON "Invitation"("clubId", "invitedById");

-- CreateIndex
CREATE UNIQUE INDEX "Invitation_clubId_userId_key" ON "Invitation"("clubId", "userId");

-- CreateIndex
CREATE UNIQUE INDEX "Invitation_clubId_id_key" ON "Invitation"("clubId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "MemberVisit_clubId_userId_key" ON "MemberVisit"("clubId", "userId");

-- CreateIndex
CREATE UNIQUE INDEX "MemberVisit_clubId_id_key" ON "MemberVisit"("clubId", "id");

-- AddForeignKey
ALTER TABLE "Invitation" ADD CONSTRAINT "Invitation_clubId_fkey" FOREIGN KEY ("clubId") REFERENCES "Club"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Invitation" ADD CONSTRAINT "Invitation_clubId_userId_fkey" FOREIGN KEY ("clubId", "userId") REFERENCES "Membership"("clubId", "userId") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Invitation" ADD CONSTRAINT "Invitation_clubId_invitedById_fkey" FOREIGN KEY ("clubId", "invitedById") REFERENCES "Membership"("clubId", "userId") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MemberVisit" ADD CONSTRAINT "MemberVisit_clubId_fkey" FOREIGN KEY ("clubId") REFERENCES "Club"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MemberVisit" ADD CONSTRAINT "MemberVisit_clubId_userId_fkey" FOREIGN KEY ("clubId", "userId") REFERENCES "Membership"("clubId", "userId") ON DELETE RESTRICT ON UPDATE RESTRICT;

SELECT tenant_table('"Invitation"');
SELECT tenant_table('"MemberVisit"');
