import { db } from '@/lib/db/client'
import { makeClub, makeKey, makeMember } from '../__tests__/support/club'
import { openClient } from '../__tests__/support/keep-alive'

const CONNECTIONS = 50

/** How many of `calls` at once get past a key's limit, by what they were answered. */
export async function passLimit(port: number, limit: number, calls: number): Promise<Record<string, number>> {
  const { id, token } = await makeKey(await makeMember((await makeClub()).id, ['COACH']))
  await db().apiKey.update({ where: { id }, data: { rateLimit: limit, rateWindow: 60 } })
  const { call, close } = openClient(() => port, { maxSockets: CONNECTIONS })
  const answers = await Promise.all(
    Array.from({ length: calls }, () => call({ method: 'GET', path: '/api/v1/whoami', token })),
  )
  close()
  const counts: Record<string, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
