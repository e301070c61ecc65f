import { lexer, type Token, type Tokens } from 'marked'
import { plainText } from '@/components/docs/plain-text'
import type { Heading, DocsSection } from '@/components/docs/sections'
import { env } from '@/lib/env'
import { CHAPTERS } from './book'
import type { Chapter } from './chapter'

/** A chapter, taken apart. */
export type Read = {
  slug: string
  name: string
  group: string
  title: string
  blocks: Token[]
  headings: Heading[]
  sections: DocsSection[]
}

/** Groups whose examples are for whoever calls this installation: they name its own address. */
const FOR_CALLERS = new Set(['Start', 'Connect', 'Manage keys', 'Move here', 'Reference'])
const ELSEWHERE = 'http://localhost:3000'

const read = new Map<string, Read>()

/** null: no such chapter. */
export function readChapter(slug: string): Read | null {
  const known = read.get(slug)
  if (known) return known
  const chapter = CHAPTERS.find((each) => each.slug === slug)
  if (!chapter) return null
  const made = takeApart(chapter)
  read.set(slug, made)
  return made
}

function takeApart({ slug, name, group, also, text }: Chapter & { group: string }): Read {
  const { origin } = new URL(env().NEXTAUTH_URL)
  const [title, ...blocks] = lexer(FOR_CALLERS.has(group) ? text.replaceAll(ELSEWHERE, origin) : text)
  if (title?.type !== 'heading') throw new Error(`docs/${slug}.md does not begin with its title`)
  const headings = headingsOf(blocks)
  const words = plainText((title as Tokens.Heading).tokens)
  return {
    slug,
    name,
    group,
    title: words,
    blocks,
    headings,
    sections: sectionsOf({ slug, name, also }, blocks, headings),
  }
}

/** As GitHub makes the anchors of headings, so that one link is right in both places. */
function anchorOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-')
}

function headingsOf(blocks: readonly Token[]): Heading[] {
  const seen = new Map<string, number>()
  return blocks.filter(isHeading).map(({ depth, tokens }) => {
    const text = plainText(tokens)
    const anchor = anchorOf(text)
    const times = seen.get(anchor) ?? 0
    seen.set(anchor, times + 1)
    return { depth, text, id: times === 0 ? anchor : `${anchor}-${times}` }
  })
}

const isHeading = (token: Token): token is Tokens.Heading => token.type === 'heading'

/** What search finds: a page is cut at its headings. */
function sectionsOf(
  { slug, name: page, also }: Pick<Chapter, 'slug' | 'name' | 'also'>,
  blocks: readonly Token[],
  headings: readonly Heading[],
): DocsSection[] {
  const sections: DocsSection[] = [{ href: `/docs/${slug}`, page, heading: '', text: '', also }]
  let next = 0
  for (const block of blocks) {
    const heading = isHeading(block) ? headings[next++] : undefined
    if (heading) sections.push({ href: `/docs/${slug}#${heading.id}`, page, heading: heading.text, text: '' })
    else {
      const last = sections[sections.length - 1]
      if (last) last.text = `${last.text} ${plainText([block])}`.trim()
    }
  }
  return sections
}
