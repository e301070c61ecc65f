import type { Actor } from '@/lib/actor'
import { createApiKey, createHoneykey } from '@/lib/auth/api-key'
import { db } from '@/lib/db/client'
import { reportLeaks } from '@/lib/leaks/report-leaks'
import { systemActor } from '@/lib/auth/actor'
import { demand } from '../../__tests__/support/policy'

const NOWHERE = { requestId: null, address: '140.82.115.9', userAgent: null }
const URL = 'https://github.com/harriers/website/blob/4f1c2d/deploy/.env.production'

/** A key that GitHub found and one that only waits for a decision; a honeykey that somebody used. */
export async function fillLeaks(clubId: string, ada: Actor): Promise<void> {
  const actorIn = (id: string) => systemActor(id, 'GitHub', NOWHERE)
  for (const [name, onLeak] of [
    ['Results bot', 'revoke'],
    ['Club website', 'disable'],
  ] as const) {
    const { key: token } = await createApiKey(ada, { name, scopes: ['practices:read'] })
    await demand(clubId, { onLeak })
    await reportLeaks([{ token, url: URL, source: 'commit' }], { label: 'GitHub', actorIn })
  }
  await demand(clubId, { onLeak: 'revoke' })
  const { id } = await createHoneykey(ada, { name: 'In the old wiki' })
  await db().apiKey.update({ where: { id }, data: { honeyUsedAt: new Date(Date.now() - 40 * 60_000) } })
}
