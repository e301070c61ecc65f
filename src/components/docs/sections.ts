export type Heading = { depth: number; text: string; id: string }

/** A piece of a page that search can lead to. */
export type DocsSection = { href: string; page: string; heading: string; text: string }

/** A section that was found, with the words around the first hit. */
export type Hit = { href: string; page: string; heading: string; before: string; hit: string; after: string }

const MAX_WORDS = 8
const MAX_HITS = 20
const AROUND = 70

/**
 * The sections that hold every word of the query, best first. The same in the browser and on the server, so
 * that both find the same.
 */
export function findSections(sections: readonly DocsSection[], query: string): Hit[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean).slice(0, MAX_WORDS)
  if (words.length === 0) return []
  return sections
    .map((section) => ({ section, score: scoreOf(section, words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, MAX_HITS)
    .map(({ section }) => hitOf(section, words))
}

/** 0: a word is missing. */
function scoreOf({ page, heading, text }: DocsSection, words: readonly string[]): number {
  const [inPage, inHeading, inText] = [page.toLowerCase(), heading.toLowerCase(), text.toLowerCase()]
  let score = 0
  for (const word of words) {
    const found =
      (inHeading.includes(word) ? 8 : 0) +
      (inPage.includes(word) ? (heading === '' ? 10 : 2) : 0) +
      (inText.includes(word) ? 1 : 0)
    if (found === 0) return 0
    score += found
  }
  return score
}

function hitOf({ href, page, heading, text }: DocsSection, words: readonly string[]): Hit {
  const lower = text.toLowerCase()
  const [first] = words
    .map((word) => ({ at: lower.indexOf(word), length: word.length }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)
  const { at, length } = first ?? { at: 0, length: 0 }
  const start = at <= AROUND ? 0 : text.indexOf(' ', at - AROUND) + 1
  const from = start > at ? at : start
  return {
    href,
    page,
    heading,
    before: `${from > 0 ? '… ' : ''}${text.slice(from, at)}`,
    hit: text.slice(at, at + length),
    after: text.slice(at + length, at + length + 2 * AROUND),
  }
}
