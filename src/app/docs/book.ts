import type { Chapter, Made } from './chapter'
import { GROUPS } from './groups'

const PAGES = GROUPS.flatMap(({ title, pages }) => pages.map((page) => ({ ...page, group: title })))
export const CHAPTERS = PAGES.filter((page): page is Chapter & { group: string } => 'text' in page)

/** For search: the pages that no Markdown file stands behind. */
export const MADE_SECTIONS = PAGES.filter((page) => !('text' in page)).map(({ slug, name, about, also }) => ({
  href: `/docs/${slug}`,
  page: name,
  heading: '',
  text: about,
  also,
}))

/** What the navigation shows. */
export const NAVIGATION = GROUPS.map(({ title, pages }) => ({
  title,
  pages: pages.map(({ slug, name, about }) => ({ href: `/docs/${slug}`, name, about })),
}))

/** The page before and the page after this one. */
export function neighbours(slug: string) {
  const at = PAGES.findIndex((page) => page.slug === slug)
  const link = (page: Pick<Made, 'slug' | 'name'> | undefined) =>
    page && { href: `/docs/${page.slug}`, name: page.name }
  return { before: link(PAGES[at - 1]), after: link(PAGES[at + 1]) }
}
