import { db } from '../db/client'

/** What signs nothing any more, since its grace is over, is kept nowhere: a leaked backup has less to open. */
export async function forgetOldSecrets(): Promise<void> {
  await db().$executeRaw`
    UPDATE "WebhookEndpoint" SET "previousSecret" = NULL, "previousUntil" = NULL WHERE "previousUntil" <= now()`
}
