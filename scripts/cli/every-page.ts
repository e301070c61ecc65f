import { MAX_LIMIT, type Page } from '@/contracts/page'

/**
 * Everything in a list, page by page, each thing once: a key in constant use may come twice in a list by last
 * use.
 */
export async function everyPage<Item extends { id: string }>(
  read: (page: { limit: number; cursor: string | undefined }) => Promise<Page<Item>>,
): Promise<Item[]> {
  const all = new Map<string, Item>()
  let cursor: string | undefined
  do {
    const page = await read({ limit: MAX_LIMIT, cursor })
    for (const item of page.data) all.set(item.id, item)
    cursor = page.nextCursor ?? undefined
  } while (cursor)
  return [...all.values()]
}
