import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { locked } from './lock.mjs'
import { pinnedNode } from './pinned-node.mjs'

const STEPS = [
  { stamp: 'node_modules/.clubkeys-setup', current: fingerprintOfPackages, run: installPackages },
  {
    stamp: 'node_modules/.clubkeys-prisma',
    current: fingerprintOfSchema,
    run: generateClient,
    result: 'src/lib/db/generated/client.ts',
  },
  {
    stamp: 'node_modules/.clubkeys-client',
    current: fingerprintOfContracts,
    run: generateClientTypes,
    result: 'src/client/generated/api.ts',
  },
]

/** Installs the packages and generates the database client, each only if what it depends on has changed. */
export async function prepare() {
  process.chdir(path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../..'))
  if (STEPS.every(isDone)) return
  await locked('.setup.lock', () => {
    // Asked again: whoever held the lock before us may have done it all.
    for (const step of STEPS) {
      if (isDone(step)) continue
      step.run()
      mkdirSync(path.dirname(step.stamp), { recursive: true })
      writeFileSync(step.stamp, step.current())
    }
  })
}

function isDone({ stamp, current, result }) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === current() && (!result || existsSync(result))
}

function fingerprintOfPackages() {
  return hash(readFileSync('package-lock.json'))
}

function fingerprintOfSchema() {
  return hash(
    readFileSync('prisma/schema.prisma'),
    JSON.parse(readFileSync('node_modules/prisma/package.json', 'utf8')).version,
  )
}

const GENERATOR = 'node_modules/openapi-typescript'

/** What the API document is made of. */
function fingerprintOfContracts() {
  const version = existsSync(GENERATOR) ? readFileSync(`${GENERATOR}/package.json`) : ''
  const folders = ['src/contracts', 'src/http/openapi']
  const files = folders.flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`))
  return hash(
    version,
    ...[...files, 'src/http/openapi.ts', 'src/keys.ts'].sort().map((file) => readFileSync(file)),
  )
}

function hash(...parts) {
  const digest = createHash('sha256')
  for (const part of parts) digest.update(part)
  return digest.digest('hex')
}

function installPackages() {
  console.error('Installing packages (npm ci), a minute or so the first time ...')
  // npm's own Node and program, not the ones in node_modules: npm is about to remove those.
  const { npm_execpath: npm, npm_node_execpath: node } = process.env
  const [command, ...first] = npm && node ? [node, npm] : ['npm']
  // Dev and optional packages too, whatever NODE_ENV says: the tests and the embedded database are among
  // them.
  run(command, [
    ...first,
    'ci',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ])
}

function generateClient() {
  console.error('Generating the database client ...')
  run(pinnedNode(), ['node_modules/prisma/build/index.js', 'generate'])
}

/** The types of `src/client`, by the API document. Left out where development packages are. */
function generateClientTypes() {
  if (!existsSync(GENERATOR)) return
  console.error('Generating the types of the client ...')
  const document = 'node_modules/.clubkeys-openapi.json'
  run(pinnedNode(), ['--import', 'tsx', 'scripts/openapi.ts', document])
  run(pinnedNode(), [
    `${GENERATOR}/bin/cli.js`,
    document,
    '--output',
    'src/client/generated/api.ts',
    // What has a default may be left out of a body.
    '--default-non-nullable=false',
  ])
}

/** All output goes to stderr: stdout belongs to the script that follows. */
function run(command, args) {
  const { status, error, signal } = spawnSync(command, args, {
    stdio: ['ignore', 2, 2],
    env: {
      ...process.env,
      // Nothing here runs the schema engine, so nothing has to be downloaded for it: any file will do.
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    },
  })
  if (status !== 0)
    throw new Error(
      `${path.basename(args[0] ?? command)} failed: ${error?.message ?? signal ?? `exit code ${status}`}`,
    )
}
