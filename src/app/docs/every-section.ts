import type { DocsSection } from '@/components/docs/sections'
import { apiSections } from './api/reference'
import { CHAPTERS, MADE_SECTIONS } from './book'
import { problemSections } from './problems/meanings'
import { readChapter } from './read-chapter'

let made: readonly DocsSection[] | undefined

/** Whatever search finds, on any page. The texts are those of the build, so once is enough. */
export const everySection = (): readonly DocsSection[] =>
  (made ??= [
    ...MADE_SECTIONS,
    ...CHAPTERS.flatMap(({ slug }) => readChapter(slug)?.sections ?? []),
    ...problemSections(),
    ...apiSections(),
  ])
