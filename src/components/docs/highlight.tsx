import type { ReactNode } from 'react'

// Enough colour to tell comments, texts and keywords apart. No grammar: a highlighter with one weighs more
// than all of these pages, and wants inline styles, which the policy refuses.

const TEXT = String.raw`"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*'`
const C_COMMENT = String.raw`\/\/[^\n]*|\/\*[^]*?\*\/`
const HASH_COMMENT = String.raw`(?<=^|\s)#[^\n]*`

const words = (list: string) => `\\b(?:${list.replaceAll(' ', '|')})\\b`

const C_LIKE = {
  comment: C_COMMENT,
  text: `${TEXT}|\`(?:\\\\[^]|[^\`\\\\])*\``,
  keyword: words(
    'as async await break case catch class const continue default do else export extends false finally for from fun func function guard if import in interface let new null of return static switch throw true try type undefined use val var while',
  ),
}
const SHELL = {
  comment: HASH_COMMENT,
  text: TEXT,
  keyword: String.raw`(?<=^|\n|\| |&& )(?:curl|npm|export|echo|grep|psql|node|npx|docker|kubectl)\b`,
}
const PLAIN = { comment: '(?!)', text: TEXT, keyword: words('true false null') }
const YAML = { comment: HASH_COMMENT, text: TEXT, keyword: String.raw`(?<=^|\n)[ \t-]*[\w.-]+(?=:)` }
const SQL = { comment: '--[^\\n]*', text: TEXT, keyword: String.raw`\b[A-Z]{2,}\b` }

const GRAMMARS: Readonly<Record<string, typeof PLAIN>> = {
  ts: C_LIKE,
  tsx: C_LIKE,
  js: C_LIKE,
  swift: C_LIKE,
  kotlin: C_LIKE,
  sh: SHELL,
  console: SHELL,
  dockerfile: SHELL,
  json: PLAIN,
  yaml: YAML,
  yml: YAML,
  sql: SQL,
}

const CLASSES = { comment: 'text-quiet italic', text: 'text-good', keyword: 'text-accent' }

/** The code in pieces, coloured where its language is known. */
export function highlighted(code: string, language: string): ReactNode {
  const grammar = GRAMMARS[language]
  if (!grammar) return code
  const pattern = new RegExp(
    `(?<comment>${grammar.comment})|(?<text>${grammar.text})|(?<keyword>${grammar.keyword})`,
    'g',
  )
  const pieces: ReactNode[] = []
  let end = 0
  for (const match of code.matchAll(pattern)) {
    const kind = (['comment', 'text', 'keyword'] as const).find((name) => match.groups?.[name] !== undefined)
    pieces.push(code.slice(end, match.index))
    pieces.push(
      <span key={match.index} className={kind && CLASSES[kind]}>
        {match[0]}
      </span>,
    )
    end = match.index + match[0].length
  }
  return [...pieces, code.slice(end)]
}
