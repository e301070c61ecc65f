import { buildSync } from 'esbuild'
import { mkdirSync, renameSync } from 'node:fs'
import path from 'node:path'

const ROOT = path.resolve(__dirname, '../..')
/** Below `node_modules`, where the packages that it requires are found. */
const FOLDER = path.join(ROOT, 'node_modules/.cache/clubkeys-commands')

export type Command = 'clubs' | 'keys' | 'members' | 'openapi' | 'service-accounts'

const made = new Map<Command, string>()

/**
 * A command of the product, its sources in one file. Tests start commands some hundred times: from this file
 * each takes a fifth of a second of the processor, through the loader of `npm run` almost a whole one.
 */
export function commandFile(command: Command): string {
  const known = made.get(command)
  if (known !== undefined) return known
  const file = path.join(FOLDER, `${command}.cjs`)
  const own = `${file}.${process.pid}`
  mkdirSync(FOLDER, { recursive: true })
  buildSync({
    entryPoints: [path.join(ROOT, `scripts/${command}.ts`)],
    outfile: own,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    logLevel: 'error',
  })
  // Another test file may be starting it right now.
  renameSync(own, file)
  made.set(command, file)
  return file
}
