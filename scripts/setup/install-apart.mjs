import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/**
 * Installs what a folder's own package-lock.json names into its own `node_modules`, unless exactly that is
 * there: packages that only some tests or measurements need, and no clone should have to fetch.
 * @param {string} folder
 * @param {() => void} [begins] called before anything is fetched
 * @throws Error when npm fails
 */
export function installApart(folder, begins) {
  const stamp = path.join(folder, 'node_modules/.clubkeys-setup')
  const lock = readFileSync(path.join(folder, 'package-lock.json'))
  const wanted = createHash('sha256').update(lock).digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  begins?.()
  // The npm that runs us, when one does.
  const { npm_execpath: npm, npm_node_execpath: node } = process.env
  const [command, ...first] = npm && node ? [node, npm] : ['npm']
  const { status, error } = spawnSync(
    command,
    [...first, 'ci', '--ignore-scripts', '--no-audit', '--no-fund'],
    {
      cwd: folder,
      stdio: ['ignore', 2, 2],
    },
  )
  if (status !== 0) throw new Error(`npm ci failed in ${folder}: ${error?.message ?? `exit code ${status}`}`)
  writeFileSync(stamp, wanted)
}
