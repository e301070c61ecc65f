import { definition } from '@/contracts/definition'
import type { Role } from '@/contracts/permissions'
import { appendAudit } from '../audit/append'
import { stated } from '../audit/changes'
import { operatorActor } from '../auth/actor'
import { db, Prisma, storedRoles, type Transaction } from '../db/client'
import { conflict } from '../errors'
import { personOf } from '../members/person'
import { makeSetPasswordLink } from '../sign-in/set-password'

type NewClub = {
  slug: string
  name: string
  admin: { email: string; name?: string | undefined }
  roles?: Role[]
}

/**
 * Creates a club with its first admin; a person who is known by that address joins as they are. For operators
 * only: no route calls it. The link is for a person who cannot sign in yet.
 * @param operator who acts, for the audit log
 * @throws Refusal `conflict` when the slug is taken
 */
export async function createClub(operator: string, { slug, name, admin, roles = firstAdmin() }: NewClub) {
  const create = async (tx: Transaction) => {
    const club = await tx.club.create({ data: { slug, name } })
    const { userId: id, email, canSignIn } = await personOf(tx, admin)
    await tx.membership.create({ data: { clubId: club.id, userId: id, roles: storedRoles(roles) } })
    const changes = stated({ slug, name, admin: id })
    await appendAudit(tx, operatorActor(club.id, null, operator), {
      action: 'club.create',
      targetId: club.id,
      changes,
    })
    const setPasswordLink = canSignIn ? null : await makeSetPasswordLink(tx, id, 'proving')
    return { club: { id: club.id, slug, name }, admin: { id, email }, setPasswordLink }
  }
  try {
    return await db().$transaction(create)
  } catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002')
      throw conflict(`The slug ${slug} is taken.`)
    throw error
  }
}

const firstAdmin = (): Role[] => definition().admins.slice(0, 1)
