import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { ROOT } from './processes'

const FOLDER = path.join(ROOT, 'bench')
const STAMP = path.join(FOLDER, 'node_modules/.clubkeys-setup')

/**
 * Installs what we are measured against into `bench/node_modules`, unless exactly that is there. @throws
 * Error when npm fails
 */
export function installPeers(say: (line: string) => void): void {
  const wanted = createHash('sha256')
    .update(readFileSync(path.join(FOLDER, 'package-lock.json')))
    .digest('hex')
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return
  say('installing what we are measured against (npm ci in bench)')
  // The npm that runs us, when one does.
  const { npm_execpath: npm, npm_node_execpath: node } = process.env
  const [command, ...first] = npm && node ? [node, npm] : ['npm']
  const { status, error } = spawnSync(command, [...first, 'ci', '--no-audit', '--no-fund'], {
    cwd: FOLDER,
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0) throw new Error(`npm ci in bench failed: ${error?.message ?? `exit code ${status}`}`)
  writeFileSync(STAMP, wanted)
}
