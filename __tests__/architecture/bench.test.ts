import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'

const BENCH = path.resolve(__dirname, '../../bench')

/** What stands alone: it asks no settings. */
const ALONE = ['@/lib/auth/token']

const needsSettings = (text: string) =>
  [...text.matchAll(/^import (?!type\b).*'(@\/(?:lib|http)\/[^']+)'/gms)].some(
    ([, from]) => !ALONE.includes(from!),
  )

it('each process of the benchmark that uses the layer sets it up', () => {
  const files = globSync('{workers,subjects}/*.ts', { cwd: BENCH }).sort()
  const users = files.filter((file) => needsSettings(readFileSync(path.join(BENCH, file), 'utf8')))
  expect(users).toEqual(
    expect.arrayContaining(['subjects/clubkeys.ts', 'subjects/naive.ts', 'workers/door.ts']),
  )
  const without = users.filter(
    (file) => !readFileSync(path.join(BENCH, file), 'utf8').includes("import '@/keys'\n"),
  )
  expect(without).toEqual([])
})
