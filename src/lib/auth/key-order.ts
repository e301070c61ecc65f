import { z } from 'zod'
import type { ApiKeySort, Order } from '@/contracts/api-key-filter'
import { invalid } from '../errors'
import { readInstant } from '../page'
import type { Prisma } from '../db/client'
import type { ApiKeyRow } from './api-key-view'

/** Where a page ended: the value sorted by (null: the rows that lack it) and the id. Values, never a row. */
export type Place = { value: Date | string | null; id: string }

type Condition = { equals?: unknown; gt?: unknown; lt?: unknown }
type By = {
  usual: Order
  is: (condition: Condition) => Prisma.ApiKeyWhereInput
  orderBy: (order: Order) => Prisma.ApiKeyOrderByWithRelationInput
  valueIn: (row: ApiKeyRow) => Date | string | null
  /** The rows that have the value, and those that lack it. */
  having?: Prisma.ApiKeyWhereInput
  lacking?: Prisma.ApiKeyWhereInput
}

const BY: Record<ApiKeySort, By> = {
  createdAt: {
    usual: 'desc',
    is: (createdAt) => ({ createdAt: createdAt as Prisma.DateTimeFilter }),
    orderBy: (createdAt) => ({ createdAt }),
    valueIn: (row) => row.createdAt,
  },
  lastUsedAt: {
    usual: 'desc',
    is: (lastUsedAt) => ({ use: { lastUsedAt: lastUsedAt as Prisma.DateTimeFilter } }),
    orderBy: (lastUsedAt) => ({ use: { lastUsedAt } }),
    valueIn: (row) => row.use?.lastUsedAt ?? null,
    having: { use: { isNot: null } },
    lacking: { use: null },
  },
  expiresAt: {
    usual: 'asc',
    is: (expiresAt) => ({ expiresAt: expiresAt as Prisma.DateTimeFilter }),
    orderBy: (expiresAt) => ({ expiresAt }),
    valueIn: (row) => row.expiresAt,
    having: { expiresAt: { not: null } },
    lacking: { expiresAt: null },
  },
  name: {
    usual: 'asc',
    is: (name) => ({ name: name as Prisma.StringFilter }),
    orderBy: (name) => ({ name }),
    valueIn: (row) => row.name,
  },
}

export type Sorting = Pick<By, 'is' | 'having' | 'lacking' | 'valueIn'> & {
  sort: ApiKeySort
  order: Order
  past: 'gt' | 'lt'
  orderBy: Prisma.ApiKeyOrderByWithRelationInput[]
}

export function orderOf(sort: ApiKeySort = 'createdAt', asked?: Order): Sorting {
  const by = BY[sort]
  const order = asked ?? by.usual
  return {
    ...by,
    sort,
    order,
    past: order === 'asc' ? 'gt' : 'lt',
    orderBy: [by.orderBy(order), { id: order }],
  }
}

const position = z.tuple([z.string().nullable(), z.uuid()])

/** @throws Refusal `validation_failed` naming `cursor` */
export function readPlace(cursor: string | undefined, { sort, lacking }: Sorting): Place | null {
  if (cursor === undefined) return null
  try {
    const [text, id] = position.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
    if (text === null && lacking) return { value: null, id }
    const value = text === null ? null : sort === 'name' ? readName(text) : readInstant(text)
    if (value !== null) return { value, id }
  } catch {
    // Answered below, like any other cursor that this API did not make.
  }
  throw invalid([{ path: 'cursor', message: 'is not a cursor of this list' }])
}

/** Postgres holds no U+0000, and UTF-8 no lone surrogate. */
const readName = (text: string) =>
  text !== '' && text.isWellFormed() && !text.includes('\u0000') ? text : null

export function writePlace({ valueIn }: Sorting, row: ApiKeyRow): string {
  const value = valueIn(row)
  return Buffer.from(JSON.stringify([value instanceof Date ? value.toISOString() : value, row.id])).toString(
    'base64url',
  )
}
