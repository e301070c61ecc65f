import path from 'node:path'
import type { Target } from '@/components/docs/markdown'
import { CHAPTERS } from './book'

const WITH_SCHEME = /^[a-z][a-z\d+.-]*:/i

/**
 * Where a link of a Markdown file in `docs/` leads in the app: to a page, elsewhere, or to a file that only
 * the repository has.
 */
export function targetOf(href: string): Target {
  if (WITH_SCHEME.test(href) || href.startsWith('#') || href.startsWith('/docs')) return { href }
  const [file = '', anchor] = href.split('#')
  const chapter = CHAPTERS.find(({ slug }) => file === `${slug}.md`)
  if (chapter) return { href: `/docs/${chapter.slug}${anchor === undefined ? '' : `#${anchor}`}` }
  return { file: path.posix.join('docs', file) }
}
