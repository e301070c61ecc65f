import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

const NEXT = 'node_modules/next/dist/bin/next'
const GRACE_MS = 10_000

export type NextProcess = {
  /** Resolves, with its exit code, when the process is gone; null if a signal ended it. */
  exited: Promise<number | null>
  /** What it printed so far, when it runs quietly. */
  output: () => string
  /** Lets requests under way finish, for 10 s at most after LAME_DUCK_SECONDS. */
  stop: () => Promise<void>
  kill: () => void
}

/**
 * Runs a command of the framework, in a process group of its own: Ctrl-C in the terminal reaches us only, so
 * that we can stop it in order, with whatever it has forked.
 */
export function runNext(
  args: string[],
  env: NodeJS.ProcessEnv,
  options: { quiet?: boolean } = {},
): NextProcess {
  const out = options.quiet ? 'pipe' : 'inherit'
  const child = spawn(process.execPath, [NEXT, ...args], { env, detached: true, stdio: ['ignore', out, out] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (output += text))
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('close', resolve)
    child.once('error', reject)
  })
  const graceMs = GRACE_MS + (Number(env.LAME_DUCK_SECONDS) || 0) * 1000
  const signal = (name: NodeJS.Signals) => signalGroup(child.pid, name)
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM')
      await Promise.race([exited, sleep(graceMs, undefined, { ref: false })])
    }
    signal('SIGKILL')
    await exited
  }
  return { exited, output: () => output, stop, kill: () => signal('SIGKILL') }
}

function signalGroup(leader: number | undefined, name: NodeJS.Signals): void {
  if (!leader) return
  try {
    process.kill(-leader, name)
  } catch {
    // Nobody of the group is left.
  }
}
