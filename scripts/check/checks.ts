import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'

/** What can be known about the code without running it. */
export type Check = { name: string; commands: string[][] }
export type Checked = { name: string; ok: boolean }

const FOLDERS = [
  'src',
  'scripts',
  'prisma',
  'bench',
  'chaos',
  'gallery',
  'mutation',
  'examples',
  '__tests__',
].filter((folder) => existsSync(folder))

/**
 * Without fresh route types a page or handler with the wrong signature passes here, and the build does not
 * look. Not while a build runs: both write `.next/types`.
 */
export const TYPES: Check = {
  name: 'types',
  commands: [
    ['next/dist/bin/next', 'typegen'],
    ['typescript/bin/tsc', '--noEmit'],
  ],
}

/**
 * The longest first, so that the short ones fill the gaps. Each command is a package's own program and its
 * arguments.
 */
export const OTHER_CHECKS: readonly Check[] = [
  { name: 'lint', commands: [['eslint/bin/eslint.js', '.', '--max-warnings', '0']] },
  { name: 'format', commands: [['prettier/bin/prettier.cjs', '.', '--check', '--log-level', 'warn']] },
  {
    name: 'imports',
    commands: [['dependency-cruiser/bin/dependency-cruise.mjs', ...FOLDERS, '--output-type', 'err-long']],
  },
  { name: 'unused', commands: [['knip/bin/knip.js', '--no-progress']] },
]

/**
 * Runs them, as many at once as there are cores. One line a check goes to `write`; a check's own words only
 * if it fails.
 */
export async function runChecks(
  checks: readonly Check[],
  write: (text: string) => void,
  stop?: AbortSignal,
): Promise<Checked[]> {
  const waiting = [...checks]
  const done: Checked[] = []
  const work = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift())
      done.push({ name: check.name, ok: await runCheck(check, write, stop) })
  }
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, work))
  return done
}

async function runCheck(
  { name, commands }: Check,
  write: (text: string) => void,
  stop?: AbortSignal,
): Promise<boolean> {
  const start = performance.now()
  let result = { ok: true, output: '' }
  for (const [program = '', ...args] of commands)
    if (result.ok) result = await run(`node_modules/${program}`, args, stop)
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  write(
    `${name.padEnd(8)}${result.ok ? 'ok    ' : 'failed'} ${seconds.padStart(5)} s\n${result.ok ? '' : `${result.output}\n`}`,
  )
  return result.ok
}

/** With our own Node, whatever the one on the path is. */
function run(program: string, args: string[], stop?: AbortSignal): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(stop && { signal: stop }),
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.on('error', (error) => resolve({ ok: false, output: error.message }))
    child.on('close', (code) => resolve({ ok: code === 0, output }))
  })
}
