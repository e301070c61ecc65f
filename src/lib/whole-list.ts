import type { Page } from '@/contracts/page'
import { unavailable } from './errors'

/** How many rows are read at once: a megabyte or so. */
const AT_ONCE = 500

/**
 * All rows of a list, part by part; never more than one part is in memory. A caller who loses the right
 * meanwhile gets no further part.
 * @param read one page of it
 * @param mayReadOn asked before each further part
 * @throws Refusal `unavailable` where the caller may no longer read on
 */
export async function* wholeList<Item>(
  read: (page: { limit: number; cursor?: string }) => Promise<Page<Item>>,
  mayReadOn: () => Promise<boolean>,
): AsyncGenerator<Item[]> {
  let cursor: string | undefined
  do {
    if (cursor !== undefined && !(await mayReadOn())) throw unavailable()
    const page = await read({ limit: AT_ONCE, ...(cursor !== undefined && { cursor }) })
    yield page.data
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
}
