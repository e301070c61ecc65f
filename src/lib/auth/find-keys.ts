import type { ApiKey } from '@/contracts/api-key'
import { db } from '../db/client'
import { clubsById } from '../people/clubs'
import { operatorActor } from './actor'
import { apiKeySelect, showApiKey } from './api-key-view'
import { countDescendants } from './descendants'
import { digestOf } from './token'

/**
 * What to find a key by: its token, or the visible part of it. `unused`: what stands for its digest while
 * only a bcrypt hash is known.
 */
export type Looked =
  | { token: string; unused?: Buffer<ArrayBuffer> | null }
  | { start: string; last4?: string | undefined }
  | { last4: string }

/** A key of any club, and how many live keys it led to; null: too many to count. */
export type FoundKey = ApiKey & {
  /** Without slug and name: the app has deleted it. */
  club: { id: string; slug: string | null; name: string | null }
  descendants: number | null
}

/** The remains of a deleted key. */
export type DeletedKey = {
  id: string
  name: string | null
  status: 'deleted'
  deletedAt: string
  club: FoundKey['club']
  descendants: number | null
}

const MOST = 100

/**
 * The keys with a token, or with its visible part, in all clubs: for an operator who holds a leaked token and
 * does not know whose it is.
 * @param operator who asks
 * @returns a hundred at most
 */
export async function findKeys(operator: string, looked: Looked): Promise<(FoundKey | DeletedKey)[]> {
  const where = 'token' in looked ? { digest: digestsOf(looked) } : looked
  const given = Object.fromEntries(Object.entries(where).filter(([, value]) => value !== undefined))
  const [keys, deleted] = await Promise.all([
    db().apiKey.findMany({
      relationLoadStrategy: 'join',
      where: given,
      orderBy: { id: 'asc' },
      take: MOST,
      select: { ...apiKeySelect, clubId: true },
    }),
    db().apiKeyTombstone.findMany({ where: given, orderBy: { apiKeyId: 'asc' }, take: MOST }),
  ])
  const clubs = await clubsById([...keys, ...deleted].map(({ clubId }) => clubId))
  const found = keys.map(async ({ clubId, ...row }) => {
    const actor = operatorActor(clubId, null, operator)
    return { ...showApiKey(row, actor), ...(await around(clubId, row.id)) }
  })
  const gone = deleted.map(async ({ clubId, apiKeyId: id, name, deletedAt }) => ({
    ...{ id, name, status: 'deleted' as const, deletedAt: deletedAt.toISOString() },
    ...(await around(clubId, id)),
  }))
  return Promise.all([...found, ...gone])

  async function around(clubId: string, id: string) {
    const club = clubs.get(clubId) ?? { id: clubId, slug: null, name: null }
    const count = (await countDescendants(operatorActor(clubId, null, operator), [id])).get(id) ?? 0
    return { club, descendants: Number.isFinite(count) ? count : null }
  }
}

const digestsOf = ({ token, unused }: Extract<Looked, { token: string }>) => ({
  in: [digestOf(token), ...(unused ? [unused] : [])],
})
