import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { isAlive } from '@/lib/process/processes'

it('ends a process in order when its supervisor is killed, and no earlier', async () => {
  const supervisor = spawn('sleep', ['60'], { stdio: 'ignore' })
  const child = await supervised(supervisor.pid)
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  expect(child.exitCode).toBeNull()
  const gone = once(child, 'exit')
  supervisor.kill('SIGKILL')
  expect(await gone).toEqual([7, null])
})

it('leaves a process alone that nobody supervises', async () => {
  const child = await supervised(undefined)
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  expect(child.exitCode).toBeNull()
  child.kill('SIGKILL')
})

it('counts a process that nobody collected as dead', async () => {
  // bash starts `sleep`, turns into another one, and so never collects the first.
  const parent = spawn('bash', ['-c', 'sleep 0.1 & echo $!; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const pid = Number(String(await once(parent.stdout, 'data')))
  expect(isAlive(pid)).toBe(true)
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(isAlive(pid)).toBe(false)
  expect(() => process.kill(pid, 0)).not.toThrow()
  parent.kill('SIGKILL')
})

/** A process that watches its supervisor, stays by itself and answers SIGTERM with exit code 7. */
async function supervised(supervisor: number | undefined): Promise<ChildProcess> {
  const script = `
    require(${JSON.stringify(path.resolve('src/lib/process/supervisor.ts'))}).watchSupervisor()
    process.on('SIGTERM', () => process.exit(7))
    setInterval(() => {}, 1000)
    process.stdout.write('up')`
  const env = { ...process.env, CLUBKEYS_SUPERVISOR_PID: supervisor ? String(supervisor) : '' }
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=commonjs', '-e', script], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return child
}
