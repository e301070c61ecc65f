import type { Practice } from '@/contracts/practices'
import type { Prisma } from '../db/client'

export const practiceSelect = {
  id: true,
  title: true,
  startsAt: true,
  endsAt: true,
  location: true,
  notes: true,
  status: true,
  createdById: true,
} satisfies Prisma.PracticeSelect

export type PracticeRow = Prisma.PracticeGetPayload<{ select: typeof practiceSelect }>

export function showPractice(row: PracticeRow): Practice {
  return { ...row, startsAt: row.startsAt.toISOString(), endsAt: row.endsAt?.toISOString() ?? null }
}
