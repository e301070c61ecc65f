import type { Role } from '@/contracts/permissions'
import { appendAudit } from '../audit/append'
import { operatorActor } from '../auth/actor'
import { db, Prisma, type Transaction } from '../db/client'
import { conflict } from '../errors'

export type NewClub = { slug: string; name: string; admin: { email: string; name?: string | undefined }; roles?: Role[] }

/**
 * Creates a club with its first admin; a person already known by that address joins as he is. For operators only: no route calls it.
 * @param operator who acts, for the audit log
 * @throws Refusal `conflict` when the slug is taken
 */
export async function createClub(operator: string, { slug, name, admin, roles = ['CLUB_ADMIN'] }: NewClub) {
  const create = async (tx: Transaction) => {
    const club = await tx.club.create({ data: { slug, name } })
    const email = admin.email.toLowerCase()
    const user = await tx.user.upsert({ where: { email }, update: {}, create: { email, name: admin.name ?? email } })
    await tx.membership.create({ data: { clubId: club.id, userId: user.id, roles } })
    const changes = { slug, name, admin: user.id }
    await appendAudit(tx, operatorActor(club.id, null, operator), { action: 'club.create', targetType: 'Club', targetId: club.id, changes })
    return { club: { id: club.id, slug, name }, admin: { id: user.id, email } }
  }
  try {
    return await db().$transaction(create)
  } catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002') throw conflict(`The slug ${slug} is taken.`)
    throw error
  }
}
