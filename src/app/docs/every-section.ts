import type { Section } from '@/components/docs/sections'
import { CHAPTERS } from './book'
import { problemSections } from './problems/meanings'
import { readChapter } from './read-chapter'

let made: readonly Section[] | undefined

/** Whatever search finds, on any page. The texts are those of the build, so once is enough. */
export const everySection = (): readonly Section[] =>
  (made ??= [...CHAPTERS.flatMap(({ slug }) => readChapter(slug)?.sections ?? []), ...problemSections()])
