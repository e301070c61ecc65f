import { existsSync, readFileSync } from 'node:fs'

const ITEMS = [
  '4.1.3',
  '4.1.5',
  '6.5.2',
  '7.4.1',
  '8.2.2',
  '8.3.2',
  '8.4.1',
  '9.1',
  '11.2.4',
  '14.2.1',
  '15.3.4',
  '16.3',
  '16.5.3',
]
const rows = [...readFileSync('docs/security.md', 'utf8').matchAll(/^\| (\d+(?:\.\d+)+) \|.*\|$/gm)].map(
  ([row, item]) => ({ row, item }),
)

describe('docs/security.md maps ASVS items to tests', () => {
  it('all of these', () => expect(rows.map(({ item }) => item)).toEqual(ITEMS))

  it.each(ITEMS)('%s names tests that are there', (item) => {
    const { row = '' } = rows.find((each) => each.item === item) ?? {}
    const named = [...row.matchAll(/`(__tests__\/[^`]+)` “([^”]+)”/g)]
    expect(named.length).toBeGreaterThan(0)
    for (const [, file = '', name = ''] of named) {
      expect(`${file} ${existsSync(file)}`).toBe(`${file} true`)
      // In the words that a test or a group of them is called by.
      const title = new RegExp(`\\(\\s*(['\`])(?:(?!\\1).)*${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`)
      expect({ file, name, found: title.test(readFileSync(file, 'utf8')) }).toMatchObject({ found: true })
    }
  })
})
