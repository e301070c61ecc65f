import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { settings } from '@/lib/settings'

/** What people do before they are signed in, by file and name: every `openAction`, and nothing else. */
export const OPEN_ACTIONS: ReadonlySet<string> = new Set([
  'src/app/(auth)/forgot-password/actions.ts requestLink',
  'src/app/(auth)/set-password/actions.ts peek',
  'src/app/(auth)/set-password/actions.ts choosePassword',
  'src/app/(auth)/unsubscribe/actions.ts stopMails',
])

type Built = { node: Record<string, { filename?: string; exportedName?: string }> }
/** By id, whether it is open. */
type ActionList = Map<string, boolean>

let known: { list: ActionList; builtAt: number } | undefined

/**
 * Whether anyone may call an action; undefined if the build has no such action. Development builds pages on
 * demand, so its list grows.
 * @throws where the build's list cannot be read: then no action is run
 */
export function findAction(id: string): { open: boolean } | undefined {
  if (!known || (settings().mode === 'development' && statSync(listFile()).mtimeMs !== known.builtAt))
    known = readList()
  const open = known.list.get(id)
  return open === undefined ? undefined : { open }
}

function readList(): NonNullable<typeof known> {
  const file = listFile()
  const builtAt = statSync(file).mtimeMs
  const { node } = JSON.parse(readFileSync(file, 'utf8')) as Built
  const entries = Object.entries(node).map(
    ([id, { filename = '', exportedName = '' }]) =>
      [id, OPEN_ACTIONS.has(`${filename} ${exportedName}`)] as const,
  )
  return { list: new Map(entries), builtAt }
}

type ServerMethods = Record<string, { nextConfig?: { distDir?: string } } | undefined>

/**
 * Under this symbol the framework keeps the folder that it serves from, by the project's folder; the same in
 * `next dev`, `next start` and the standalone server.
 */
function listFile(): string {
  const methods = (globalThis as { [key: symbol]: unknown })[Symbol.for('@next/router-server-methods')]
  const [folder = '', { nextConfig } = {}] = Object.entries((methods ?? {}) as ServerMethods)[0] ?? []
  return path.resolve(folder, nextConfig?.distDir ?? '.next', 'server', 'server-reference-manifest.json')
}
