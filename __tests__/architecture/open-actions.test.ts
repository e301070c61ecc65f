import { globSync, readFileSync } from 'node:fs'
import { OPEN_ACTIONS } from '@/http/intake/action-list'

/** Every server action in a file, and whether it is for people who are not signed in. */
const ACTION = /export async function (\w+)\([^]*?return (\w+)\(/g

it('the actions that anyone may call are those made by openAction, and none else', () => {
  const found = globSync('src/app/**/*.ts')
    .map((file) => ({ file: file.replaceAll('\\', '/'), text: readFileSync(file, 'utf8') }))
    .filter(({ text }) => text.startsWith("'use server'"))
    .flatMap(({ file, text }) =>
      [...text.matchAll(ACTION)].map(([, name, maker]) => ({ action: `${file} ${name}`, maker })),
    )
  expect(found.length).toBeGreaterThan(10)
  const open = found.filter(({ maker }) => maker === 'openAction').map(({ action }) => action)
  // An action missing there answers 401 to people who need it; one listed in error decodes strangers'
  // arguments.
  expect([...OPEN_ACTIONS].sort()).toEqual(open.sort())
})

it('no action redirects or revalidates: the framework would fetch a page from itself', () => {
  const actions = globSync('src/app/**/*.ts')
    .map((file) => readFileSync(file, 'utf8'))
    .filter((text) => text.startsWith("'use server'"))
  expect(actions.filter((text) => /next\/(navigation|cache)/.test(text))).toEqual([])
})
