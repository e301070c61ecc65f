import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { defOf, fieldsOf, inputSchemas } from '../support/input-schemas'

/** Text that is not shown as a name: what it is, and what refuses its bad values. */
const OTHER_TEXT: Record<string, string> = {
  cursor: 'sealed: what was not made here does not open',
  token: 'a secret, of which a hash is looked up',
  client_address: 'an address, and nothing else',
  scope: 'names of scopes, which are looked for among known ones',
  token_type_hint: 'nobody reads it',
  password: 'kept as a hash',
  current: 'a password',
  next: 'a password',
  'allowedCidrs.0': 'an address or a network, and nothing else',
  roles: 'a list of roles, each of which is one that is known',
  'metadata.name': 'a program’s own: any text that can be stored',
}
const NOBODY_SEES = [
  'a\u115fb',
  '\u3164',
  '\u{e0041}',
  '\u202eabc',
  'abc\u2066',
  '\ufe0f',
  'a\u0000b',
  '\ud800',
]

const texts = inputSchemas.flatMap(([name, schema]) =>
  fieldsOf(schema)
    .filter(({ schema }) => defOf(schema).type === 'string')
    .map((field) => ({ name: `${name}: ${field.path.join('.')}`, field })),
)

it('every text that somebody types is `line` or `prose`, or is named here with the reason that it is not', () => {
  expect(texts.length).toBeGreaterThan(40)
  const without = texts.filter(({ field }) => {
    const isOther = field.path.length === 0 || field.path.join('.') in OTHER_TEXT
    return !isOther && NOBODY_SEES.some((text) => field.schema.safeParse(text).success)
  })
  expect(without.map(({ name }) => `${name} takes text that nobody sees: make it line() or prose()`)).toEqual(
    [],
  )
})

it('the schemas of all server actions stand in a forms.ts or in the contracts, where these tests find them', () => {
  const actions = readdirSync('src/app', { recursive: true, encoding: 'utf8' })
    .filter((file) => path.basename(file) === 'actions.ts')
    .map((file) => [file, readFileSync(path.join('src/app', file), 'utf8')] as const)
  expect(actions.length).toBeGreaterThan(4)
  expect(actions.filter(([, text]) => /from 'zod'/.test(text)).map(([file]) => file)).toEqual([])
})
