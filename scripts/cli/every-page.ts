import { MAX_LIMIT, type Page } from '@/contracts/page'

/** All that a list has, one page after another. */
export async function everyPage<Item>(
  read: (page: { limit: number; cursor: string | undefined }) => Promise<Page<Item>>,
): Promise<Item[]> {
  const all: Item[] = []
  let cursor: string | undefined
  do {
    const page = await read({ limit: MAX_LIMIT, cursor })
    all.push(...page.data)
    cursor = page.nextCursor ?? undefined
  } while (cursor)
  return all
}
