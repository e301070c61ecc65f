import { appendAudit } from '../audit/append'
import { stated } from '../audit/changes'
import { operatorActor } from '../auth/actor'
import { makeSetPasswordLink } from '../sign-in/set-password'
import { db } from '../db/client'
import { notFound } from '../errors'

/**
 * A link to set a password, for somebody who forgot theirs or has no link that works. For operators only: no
 * route calls it. It goes on record in every club of that person.
 * @param operator who acts, for the audit log
 * @throws Refusal `not_found`
 */
export async function makePasswordLink(operator: string, { email }: { email: string }): Promise<string> {
  return db().$transaction(async (tx) => {
    const where = { email, kind: 'user', disabledAt: null } as const
    const user = await tx.user.findFirst({
      where,
      select: { id: true, memberships: { select: { id: true, clubId: true } } },
    })
    if (!user) throw notFound()
    const link = await makeSetPasswordLink(tx, user.id, 'proving')
    for (const { id, clubId } of user.memberships) {
      const entry = {
        action: 'member.password-link',
        targetId: id,
        changes: stated({ userId: user.id }),
      } as const
      await appendAudit(tx, operatorActor(clubId, null, operator), entry)
    }
    return link
  })
}
