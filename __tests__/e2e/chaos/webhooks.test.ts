import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { sweepAbandoned } from '../../support/temporary'

const MARK = 'CLUBKEYS_TEST_RUN'

/** Processes that a run has started, itself included: they all have its environment. */
function processesOf(run: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => readQuietly(`/proc/${pid}/environ`).includes(`${MARK}=${run}`))
    .map(Number)
}

function readQuietly(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}

const senders = (run: string) =>
  processesOf(run).filter((pid) => readQuietly(`/proc/${pid}/cmdline`).includes('workers/webhooks.ts'))

async function untilItSends(run: string): Promise<void> {
  for (const until = Date.now() + 120_000; senders(run).length === 0; await sleep(100))
    if (Date.now() > until) throw new Error('it never began to send')
}

describe.each(['SIGTERM', 'SIGKILL'] as const)('after %s', (signal) => {
  const run = randomUUID()
  let chaos: ChildProcess
  afterAll(() => processesOf(run).forEach((pid) => process.kill(pid, 'SIGKILL')))

  it('the run of webhooks leaves no process that sends', async () => {
    const args = ['--import', 'tsx', 'chaos/run.ts', '--webhooks', '--quick']
    chaos = spawn(process.execPath, args, { env: { ...process.env, [MARK]: run }, stdio: 'ignore' })
    await untilItSends(run)
    const ended = once(chaos, 'exit')
    chaos.kill(signal)
    expect(await ended).toEqual(signal === 'SIGTERM' ? [1, null] : [null, signal])
    for (const until = Date.now() + 5_000; senders(run).length > 0; await sleep(50))
      if (Date.now() > until) throw new Error('some of them send on')
    // The database's folder.
    const left = readdirSync(tmpdir()).filter((name) => name.startsWith(`clubkeys-test-${chaos.pid}-`))
    // What was killed could not tidy up; the next run does.
    expect(left).toHaveLength(signal === 'SIGTERM' ? 0 : 1)
    await sweepAbandoned()
    expect(processesOf(run)).toEqual([])
  }, 240_000)
})
