-- Where a day ends for a club, as an IANA name: the code knows which there are.
ALTER TABLE "Club" ADD COLUMN "timeZone" TEXT NOT NULL DEFAULT 'UTC';
