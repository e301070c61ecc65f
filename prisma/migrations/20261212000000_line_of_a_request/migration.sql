-- AlterTable
ALTER TABLE "LineToEnd" ADD COLUMN     "digest" BYTEA;
