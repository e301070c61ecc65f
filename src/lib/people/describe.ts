import { db, type Transaction } from '../db/client'
import type { UserKind } from '../db/client'

type Described = {
  club: { id: string; slug: string; name: string }
  user: { id: string; name: string; kind: UserKind }
}

/** A member and their club, for the caller themselves to read; null: no member. */
export async function describeMember(
  { clubId, userId }: { clubId: string; userId: string },
  tx: Transaction = db(),
): Promise<Described | null> {
  return tx.membership.findUnique({
    relationLoadStrategy: 'join',
    where: { clubId_userId: { clubId, userId } },
    select: {
      club: { select: { id: true, slug: true, name: true } },
      user: { select: { id: true, name: true, kind: true } },
    },
  })
}
