import { spawn } from 'node:child_process'
import path from 'node:path'
import { pinnedNode } from './pinned-node.mjs'

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** Runs a script with the pinned Node and ends as it ends. */
export function handOver([script, ...args]) {
  if (!script) throw new Error('usage: node scripts/setup.mjs scripts/SCRIPT.ts [ARGUMENT...]')
  const bin = path.resolve('node_modules/.bin')
  const child = spawn(pinnedNode(), ['--import', 'tsx', script, ...args], {
    stdio: 'inherit',
    // What the script runs in turn is to find the pinned Node as well. It watches us, should we be killed
    // outright.
    env: {
      ...process.env,
      PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}`,
      CLUBKEYS_SUPERVISOR_PID: String(process.pid),
    },
  })
  const forward = (signal) => child.kill(signal)
  for (const signal of FORWARDED) process.on(signal, forward)
  child.on('error', (error) => {
    console.error(`The pinned Node cannot be run (${error.message}). Remove node_modules and start again.`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => {
    if (!signal) process.exit(code)
    for (const forwarded of FORWARDED) process.off(forwarded, forward)
    process.kill(process.pid, signal)
  })
}
