import type { Token } from 'marked'

/** The words of Markdown, without its marks. */
export function plainText(tokens: readonly Token[]): string {
  return tokens.map(wordsOf).join('').replaceAll(/\s+/g, ' ').trim()
}

function wordsOf(token: Token): string {
  if (token.type === 'table') {
    const { header, rows } = token as { header: Cell[]; rows: Cell[][] }
    return [...header, ...rows.flat()].map(({ tokens }) => `${plainText(tokens)} `).join('')
  }
  if (token.type === 'list') {
    const { items } = token as { items: Cell[] }
    return items.map(({ tokens }) => `${plainText(tokens)} `).join('')
  }
  if ('tokens' in token && token.tokens)
    return `${rawWords(token.tokens)}${BLOCKS.has(token.type) ? ' ' : ''}`
  if (token.type === 'space' || token.type === 'br') return ' '
  return 'text' in token ? String(token.text) : ''
}

type Cell = { tokens: Token[] }
const BLOCKS = new Set(['paragraph', 'heading', 'blockquote', 'list_item'])
const rawWords = (tokens: readonly Token[]): string => tokens.map(wordsOf).join('')
