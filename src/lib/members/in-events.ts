import type { Describe } from '../events/port'

/** What events tell of members. */
export const membersInEvents: Describe = async (tx, clubId, ids) => {
  const rows = await tx.membership.findMany({
    relationLoadStrategy: 'join',
    where: { clubId, id: { in: [...ids] } },
    select: {
      ...{ id: true, name: true, roles: true, status: true },
      user: { select: { id: true, name: true, kind: true } },
    },
  })
  const show = ({ id, name, user, roles, status }: (typeof rows)[number]) => ({
    id,
    user: { ...user, name: name ?? user.name },
    roles,
    status,
  })
  return new Map(rows.map((row) => [row.id, show(row)]))
}
