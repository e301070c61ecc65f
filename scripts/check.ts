import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'

// `npm run check`: what can be known about the code without running it. One line a step; a step's own words
// only if it fails.

type Step = { name: string; commands: string[][] }

const FOLDERS = ['src', 'scripts', 'prisma', 'bench', 'chaos', '__tests__'].filter((folder) =>
  existsSync(folder),
)

/**
 * The longest first, so that the short ones fill the gaps. Each command is a package's own program and its
 * arguments.
 */
const STEPS: Step[] = [
  { name: 'lint', commands: [['eslint/bin/eslint.js', '.', '--max-warnings', '0']] },
  // Without fresh route types a page or handler with the wrong signature passes here, and the build does not
  // look.
  {
    name: 'types',
    commands: [
      ['next/dist/bin/next', 'typegen'],
      ['typescript/bin/tsc', '--noEmit'],
    ],
  },
  { name: 'format', commands: [['prettier/bin/prettier.cjs', '.', '--check', '--log-level', 'warn']] },
  {
    name: 'imports',
    commands: [['dependency-cruiser/bin/dependency-cruise.mjs', ...FOLDERS, '--output-type', 'err-long']],
  },
  { name: 'unused', commands: [['knip/bin/knip.js', '--no-progress']] },
]

void checkAll()

async function checkAll(): Promise<void> {
  const waiting = [...STEPS]
  const work = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift())
      if (!(await check(step))) process.exitCode = 1
  }
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, work))
}

async function check({ name, commands }: Step): Promise<boolean> {
  const start = performance.now()
  let result = { ok: true, output: '' }
  for (const [program = '', ...args] of commands)
    if (result.ok) result = await run(`node_modules/${program}`, args)
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  process.stdout.write(
    `${name.padEnd(8)}${result.ok ? 'ok    ' : 'failed'} ${seconds.padStart(5)} s\n${result.ok ? '' : `${result.output}\n`}`,
  )
  return result.ok
}

/** With our own Node, whatever the one on the path is. */
function run(program: string, args: string[]): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.on('error', (error) => resolve({ ok: false, output: error.message }))
    child.on('close', (code) => resolve({ ok: code === 0, output }))
  })
}
