import { z } from 'zod'
import type { ApiKeySort, Order } from '@/contracts/api-key-filter'
import type { Prisma } from '../db/client'
import { past, readOrder, type Start } from '../page'
import type { ApiKeyRow } from './api-key-view'

/** Last uses change between pages: `list-by-last-use.ts` sorts by them. */
type StillSort = Exclude<ApiKeySort, 'lastUsedAt'>

const USUAL: Record<ApiKeySort, Order> = {
  createdAt: 'desc',
  lastUsedAt: 'desc',
  expiresAt: 'asc',
  name: 'asc',
}

type Sorting = { sort: ApiKeySort; order: Order }

export const sortingOf = (sort: ApiKeySort = 'createdAt', order: Order = USUAL[sort]): Sorting => ({
  sort,
  order,
})

/** Where a page ended: the sort value (null: among the rows without one) and the id. */
export const keyPlace = z.tuple([z.string().nullable(), z.uuid()])
type KeyPlace = z.infer<typeof keyPlace>

export function placeOf(row: ApiKeyRow, sort: StillSort): KeyPlace {
  const value = row[sort]
  return [value instanceof Date ? value.toISOString() : value, row.id]
}

export type KeyStep = { where: Prisma.ApiKeyWhereInput; orderBy: Prisma.ApiKeyOrderByWithRelationInput[] }

/** What is read from a place on: first the rows with a value, then those without; backwards the other way. */
export function stepsFrom(sort: StillSort, listOrder: Order, start: Start<KeyPlace> | null): KeyStep[] {
  const order = readOrder(listOrder, start)
  const [value, id] = start?.place ?? [undefined, '']
  const having: KeyStep = {
    where: {
      AND: [
        sort === 'expiresAt' ? { expiresAt: { not: null } } : {},
        typeof value === 'string'
          ? past(sort, { at: sort === 'name' ? value : new Date(value), id }, order)
          : {},
      ],
    },
    orderBy: [{ [sort]: order }, { id: order }],
  }
  if (sort !== 'expiresAt') return [having]
  const beyond = value === null ? { id: { [order === 'asc' ? 'gt' : 'lt']: id } } : {}
  const lacking: KeyStep = { where: { expiresAt: null, ...beyond }, orderBy: [{ id: order }] }
  if (start?.isBack) return value === null ? [lacking, having] : [having]
  return value === null ? [lacking] : [having, lacking]
}
