import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { temporaryFolder } from './temporary'

/** Like a container whose root is read-only: what may be written is TMPDIR alone, and there is no home. */
const SCRIPT = `
mount --bind "$TMPDIR" "$TMPDIR"
while read -r _ at type _; do
  case $type in proc|sysfs|devtmpfs|devpts|cgroup*|mqueue) continue ;; esac
  [ "$at" = "$TMPDIR" ] || mount -o remount,bind,ro "$at"
done < /proc/self/mounts
for at in . /tmp /var/tmp; do
  if touch "$at/written" 2>/dev/null; then rm "$at/written"; echo "$at is not read-only"; exit 99; fi
done
exec "$@"`

/** Nobody's. */
const UID = 54_321

export type Contained = {
  output: () => string
  ended: Promise<number | null>
  /** Waits until it holds. @throws Error with all that it printed, when it ends or takes too long */
  until: (holds: () => boolean | Promise<boolean>) => Promise<void>
  kill: (signal: NodeJS.Signals) => void
}

/** Runs a program where it may write nothing but one folder, as a user whom the system has no name for. */
export function makeContainer(): {
  run: (program: readonly string[], env: Record<string, string>, cwd?: string) => Contained
  written: () => string[]
} {
  const writable = path.join(temporaryFolder(), 'tmp')
  mkdirSync(writable)
  chmodSync(writable, 0o1777)
  const root = process.getuid?.() === 0
  const space = ['--mount', '--propagation', 'private', ...(root ? [] : ['--map-root-user'])]
  const who = root ? ['setpriv', `--reuid=${UID}`, `--regid=${UID}`, '--clear-groups'] : []
  return {
    written: () => readdirSync(writable),
    run: (program, env, cwd = process.cwd()) =>
      run(['unshare', ...space, 'sh', '-ec', SCRIPT, 'sh', ...who, ...program], cwd, {
        PATH: process.env.PATH ?? '',
        HOME: '/nonexistent',
        TMPDIR: writable,
        NODE_ENV: 'production',
        npm_config_update_notifier: 'false',
        ...env,
      }),
  }
}

function run(
  [program = '', ...args]: readonly string[],
  cwd: string,
  env: Record<string, string> & { NODE_ENV: 'production' },
): Contained {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const until: Contained['until'] = async (holds) => {
    for (const deadline = Date.now() + 60_000; !(await holds()); await sleep(50))
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(explained(output))
  }
  return { output: () => output, ended, until, kill: (signal) => child.kill(signal) }
}

const explained = (output: string): string =>
  /unshare: |mount: /.test(output)
    ? `needs to make mounts of its own read-only: run as root (in a container with CAP_SYS_ADMIN), or allow user namespaces:\n${output}`
    : output
