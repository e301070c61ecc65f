// Builds the app in the folder that is named, unless it is built from what is there now. A process of its own,
// because jest loads no ES modules.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { installApart } from '../../scripts/setup/install-apart.mjs'
import { locked } from '../../scripts/setup/lock.mjs'

const ROOT = path.resolve(import.meta.dirname, '../..')
const [folder = ''] = process.argv.slice(2)
const APP = path.resolve(folder)
/** Above it, so that installing leaves alone what was built. */
const PACKAGES = path.dirname(APP)
const CACHE = path.join(APP, 'node_modules/.cache')
const STAMP = path.join(CACHE, 'built-from')
const INGREDIENTS = [
  'src/**/*.{ts,tsx,css}',
  `${path.relative(ROOT, APP)}/{src/**/*.{ts,tsx},*.js,tsconfig.json}`,
  `${path.relative(ROOT, PACKAGES)}/package-lock.json`,
  'tsconfig.json',
  'package-lock.json',
]

mkdirSync(CACHE, { recursive: true })
await locked(path.join(CACHE, 'building'), () => {
  if (existsSync(path.join(PACKAGES, 'package-lock.json'))) installApart(PACKAGES)
  const ingredients = fingerprint()
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === ingredients) return
  rmSync(STAMP, { force: true })
  build()
  writeFileSync(STAMP, ingredients)
})

function fingerprint(): string {
  const digest = createHash('sha256')
  for (const file of globSync(INGREDIENTS, { cwd: ROOT }).sort())
    digest.update(`${file}\n`).update(readFileSync(path.join(ROOT, file)))
  return digest.digest('hex')
}

function build(): void {
  const next = path.join(ROOT, 'node_modules/next/dist/bin/next')
  const env = { ...process.env, NODE_ENV: 'production' as const, NEXT_TELEMETRY_DISABLED: '1' }
  const { status, stdout, stderr } = spawnSync(process.execPath, [next, 'build', APP], {
    cwd: APP,
    env,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${folder} does not build:\n${stdout}${stderr}`)
}
