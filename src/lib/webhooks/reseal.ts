import { db } from '../db/client'
import { settings } from '../settings'
import { openSecret, sealSecret } from './secret'

const AT_ONCE = 500

/**
 * Seals under the server's secret of now what was sealed under the one before, so that nothing is lost when
 * that one is forgotten. Nothing to do unless there are two.
 */
export async function resealSecrets(): Promise<void> {
  if (settings().secrets.length < 2) return
  let last: string | undefined
  do {
    const rows = await db().webhookEndpoint.findMany({
      ...(last !== undefined && { where: { id: { gt: last } } }),
      orderBy: { id: 'asc' },
      take: AT_ONCE,
      select: { id: true, clubId: true, secret: true, previousSecret: true },
    })
    for (const row of rows) await resealOne(row)
    last = rows.length < AT_ONCE ? undefined : rows.at(-1)?.id
  } while (last !== undefined)
}

type Row = {
  id: string
  clubId: string
  secret: Uint8Array<ArrayBuffer>
  previousSecret: Uint8Array<ArrayBuffer> | null
}

/** Unless it was rotated meanwhile, or the one before was forgotten. */
async function resealOne({ id, clubId, secret, previousSecret }: Row): Promise<void> {
  const [now, before] = [openSecret(id, secret), previousSecret && openSecret(id, previousSecret)]
  if (!now?.outdated && !before?.outdated) return
  await db().webhookEndpoint.updateMany({
    where: { id, clubId, secret, previousSecret },
    data: {
      ...(now?.outdated && { secret: sealSecret(id, now.secret) }),
      ...(before?.outdated && { previousSecret: sealSecret(id, before.secret) }),
    },
  })
}
