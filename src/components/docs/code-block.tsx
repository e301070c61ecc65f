import { CopyCode } from './copy-code'
import { highlighted } from './highlight'

const NAMES: Readonly<Record<string, string>> = {
  sh: 'Shell',
  console: 'Shell',
  ts: 'TypeScript',
  tsx: 'TypeScript',
  js: 'JavaScript',
  json: 'JSON',
  swift: 'Swift',
  kotlin: 'Kotlin',
  yaml: 'YAML',
  sql: 'SQL',
}

type Props = { code: string; language: string; title?: string }

export function CodeBlock({ code, language, title = NAMES[language] ?? 'Example' }: Props) {
  return (
    <CopyCode title={title}>
      <pre tabIndex={0} aria-label={title} className={language === '' ? 'drawn' : undefined}>
        <code>{highlighted(code, language)}</code>
      </pre>
    </CopyCode>
  )
}
