import { otherWords } from './other-words'

export type Heading = { depth: number; text: string; id: string }

/** A piece of a page that search can lead to; `also` is found as a title is, and not shown. */
export type DocsSection = { href: string; page: string; heading: string; text: string; also?: string }

/** A section that was found, with the words around the first hit. */
export type Hit = { href: string; page: string; heading: string; before: string; hit: string; after: string }

const MAX_WORDS = 8
const MAX_HITS = 20
const AROUND = 70

/**
 * The sections that hold every word of the query, or another word for it, best first: titles before texts. A
 * word that stands nowhere counts as the nearest one that does. The same in the browser and on the server, so
 * that both find the same.
 */
export function findSections(sections: readonly DocsSection[], query: string): Hit[] {
  const asked = query.toLowerCase().split(/\s+/).filter(Boolean).slice(0, MAX_WORDS)
  if (asked.length === 0) return []
  const found = matching(sections, asked.map(otherWords))
  if (found.length > 0) return found
  return matching(
    sections,
    asked.map((word) => otherWords(nearestWord(sections, word))),
  )
}

type Choices = readonly string[]

function matching(sections: readonly DocsSection[], words: readonly Choices[]): Hit[] {
  const whole = words.map(([word]) => word).join(' ')
  return sections
    .map((section) => ({ section, score: scoreOf(section, words, whole) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, MAX_HITS)
    .map(({ section }) => hitOf(section, words.flat()))
}

/** 0: a word is missing. */
function scoreOf(section: DocsSection, words: readonly Choices[], whole: string): number {
  const title = (section.heading || section.page).toLowerCase()
  const also = section.also?.toLowerCase() ?? ''
  const isWhole = title === whole || also.split('\n').includes(whole)
  let score = isWhole ? 100 : 0
  for (const choices of words) {
    // Another word counts less than the one that was asked for.
    const best = Math.max(...choices.map((word, at) => wordScore(section, word) * (at === 0 ? 1 : 0.6)))
    if (best === 0) return 0
    score += best
  }
  return score
}

function wordScore({ page, heading, text, also = '' }: DocsSection, word: string): number {
  const inTitle = placeIn((heading || page).toLowerCase(), word)
  return (
    inTitle * (heading === '' ? 12 : 8) +
    placeIn(also.toLowerCase(), word) * (heading === '' ? 10 : 6) +
    (heading === '' ? 0 : placeIn(page.toLowerCase(), word) * 2) +
    (text.toLowerCase().includes(word) ? 1 : 0)
  )
}

/** 1: a word begins so; less: it stands within one. */
function placeIn(text: string, word: string): number {
  const at = text.indexOf(word)
  if (at < 0) return 0
  return at === 0 || text.includes(` ${word}`) || text.includes(`\n${word}`) ? 1 : 0.5
}

const vocabularies = new WeakMap<readonly DocsSection[], readonly string[]>()

function vocabularyOf(sections: readonly DocsSection[]): readonly string[] {
  const known = vocabularies.get(sections)
  if (known) return known
  const text = sections.map((one) => `${one.page} ${one.heading} ${one.also ?? ''} ${one.text}`).join(' ')
  const words = [...new Set(text.toLowerCase().match(/\p{L}{4,}/gu) ?? [])]
  vocabularies.set(sections, words)
  return words
}

/** The word that was meant, if this one has a typing error or two; itself if it stands somewhere. */
function nearestWord(sections: readonly DocsSection[], word: string): string {
  if (word.length < 4) return word
  const vocabulary = vocabularyOf(sections)
  if (vocabulary.some((one) => one.includes(word))) return word
  const bound = word.length < 7 ? 1 : 2
  const near = vocabulary
    .filter((one) => one[0] === word[0] && Math.abs(one.length - word.length) <= bound)
    .map((one) => ({ one, distance: typingErrors(one, word) }))
    .filter(({ distance }) => distance <= bound)
    .sort((a, b) => a.distance - b.distance)
  return near[0]?.one ?? word
}

/** Letters that are missing, too many, wrong or swapped (the restricted Damerau–Levenshtein distance). */
function typingErrors(a: string, b: string): number {
  let [before, last]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, index) => index)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const wrong = a[i - 1] === b[j - 1] ? 0 : 1
      const cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + wrong)
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row.push(isSwapped ? Math.min(cost, (before[j - 2] ?? 0) + 1) : cost)
    }
    ;[before, last] = [last, row]
  }
  return last[b.length] ?? 0
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
    after: wholeWords(text.slice(at + length), 2 * AROUND),
  }
}

/** The beginning of a text, which ends between two words. */
function wholeWords(text: string, length: number): string {
  if (text.length <= length) return text
  const end = text.lastIndexOf(' ', length)
  return `${text.slice(0, end > 0 ? end : length)} …`
}
