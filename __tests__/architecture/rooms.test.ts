import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'

const ROOT = path.resolve(__dirname, '../../src/lib')

/** A folder of lib is a room; a file beside them is one, too. */
const roomOf = (file: string): string => file.split('/')[0]!.replace(/\.ts$/, '')

type Arrow = { from: string; to: string; file: string }

function arrowsOf(file: string, text: string): Arrow[] {
  const paths = [...text.matchAll(/\bfrom '(\.[^']+|@\/lib\/[^']+)'/g)].map(([, to]) => to!)
  const from = roomOf(file)
  return paths
    .map((to) => (to.startsWith('@') ? to.slice('@/lib/'.length) : path.join(path.dirname(file), to)))
    .filter((to) => !to.startsWith('..'))
    .map((to) => ({ from, to: roomOf(to), file }))
    .filter(({ to }) => to !== from)
}

/** Takes away the rooms that import no other which is left, until none goes: what is left leads in circles. */
function circles(arrows: Arrow[]): string[] {
  const lowest = arrows.filter(({ to }) => arrows.every(({ from }) => from !== to)).map(({ to }) => to)
  if (lowest.length > 0) return circles(arrows.filter(({ to }) => !lowest.includes(to)))
  const topmost = arrows.filter(({ from }) => arrows.every(({ to }) => from !== to)).map(({ from }) => from)
  if (topmost.length > 0) return circles(arrows.filter(({ from }) => !topmost.includes(from)))
  return arrows.map(
    ({ from, to, file }) =>
      `${file}: ${from} imports ${to}, which leads back to it: move what both need to the lower room`,
  )
}

it('the rooms of lib have an order: no import leads back up, types included', () => {
  const files = globSync('**/*.ts', { cwd: ROOT, exclude: ['db/generated/**'] }).sort()
  const arrows = files.flatMap((file) => arrowsOf(file, readFileSync(path.join(ROOT, file), 'utf8')))
  expect(arrows.length).toBeGreaterThan(300)
  expect(circles(arrows)).toEqual([])
})

it('would find a way back, by way of others and of types, too', () => {
  const arrows = [
    ...arrowsOf('audit/list.ts', "import type { Actor } from '../auth/actor'"),
    ...arrowsOf('auth/actor.ts', "import { db } from '@/lib/db/client'"),
    ...arrowsOf('db/client.ts', "export { appendAudit } from '../audit/append'"),
    ...arrowsOf('clubs/create.ts', "import { log } from '../log'\nimport { db } from '../db/client'"),
  ]
  expect(circles(arrows).map((said) => said.split(',')[0])).toEqual([
    'audit/list.ts: audit imports auth',
    'auth/actor.ts: auth imports db',
    'db/client.ts: db imports audit',
  ])
})
