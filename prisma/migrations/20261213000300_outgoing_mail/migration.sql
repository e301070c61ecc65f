-- AlterTable
ALTER TABLE "Invitation" ADD COLUMN     "mail" TEXT;

-- CreateTable
CREATE TABLE "OutgoingMail" (
    "id" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "params" JSONB NOT NULL,
    "once" TEXT,
    "rank" SMALLINT NOT NULL,
    "attempts" SMALLINT NOT NULL DEFAULT 0,
    "dueAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "claimedAt" TIMESTAMPTZ(3),
    "mintedAt" TIMESTAMPTZ(3),
    "endedAt" TIMESTAMPTZ(3),
    "outcome" TEXT,
    "trouble" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "OutgoingMail_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "OutgoingMail_ends_with_an_outcome" CHECK (("endedAt" IS NULL) = ("outcome" IS NULL))
);

-- CreateIndex
CREATE UNIQUE INDEX "OutgoingMail_once_key" ON "OutgoingMail"("once");

-- CreateIndex
CREATE INDEX "OutgoingMail_userId_kind_idx" ON "OutgoingMail"("userId", "kind");

-- CreateIndex
CREATE INDEX "OutgoingMail_endedAt_idx" ON "OutgoingMail"("endedAt");

-- AddForeignKey
ALTER TABLE "OutgoingMail" ADD CONSTRAINT "OutgoingMail_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The few that wait, in the order in which they are sent, among those of a month.
CREATE INDEX "OutgoingMail_waiting" ON "OutgoingMail"("rank", "dueAt") WHERE "endedAt" IS NULL;

-- Whoever sends them need not wait for the next look.
CREATE TRIGGER "OutgoingMail_announced" AFTER INSERT ON "OutgoingMail" FOR EACH STATEMENT EXECUTE FUNCTION announce_outbox();
