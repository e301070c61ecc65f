// Lints the snippets it reads from stdin with the project's own configuration; prints the rules that fired,
// per snippet, as JSON. A process of its own, because jest loads no ES modules and the configuration is one.
import { json } from 'node:stream/consumers'
import { ESLint } from 'eslint'
import tseslint from 'typescript-eslint'

type Snippet = { file: string; code: string; typed?: boolean }

// Under CI the parser takes a file from the disk instead of the snippet that stands for it.
delete process.env.CI

const typed = new ESLint()
// Snippets stand where no file need be; without types the parser does not ask for one.
const untyped = new ESLint({ overrideConfig: [tseslint.configs.disableTypeChecked] })

const fired: string[][] = []
for (const snippet of (await json(process.stdin)) as Snippet[]) {
  const [result] = await (snippet.typed ? typed : untyped).lintText(snippet.code, { filePath: snippet.file })
  fired.push((result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? refuse(snippet, message)))
}
process.stdout.write(JSON.stringify(fired))

/** A snippet that is ignored or does not parse breaks no rule, and would prove nothing. */
function refuse({ file, code }: Snippet, message: string): never {
  throw new Error(`${file}: ${message}\n${code}`)
}
