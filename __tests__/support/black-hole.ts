import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const LISTEN = `require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () {
  console.log(this.address().port)
})`

/**
 * An address that drops whatever comes, as behind a firewall: whoever listens there was stopped, and the
 * system keeps as many connections for it as it may.
 */
export async function openBlackHole(): Promise<{ port: number; close: () => void }> {
  const listener = spawn(process.execPath, ['-e', LISTEN], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(listener.stdout, 'data')) as [Buffer]
  const port = Number(line)
  listener.kill('SIGSTOP')
  const waiting: Socket[] = []
  for (;;) {
    const socket = connect(port, '127.0.0.1').on('error', () => {})
    waiting.push(socket)
    const taken = once(socket, 'connect').then(() => true)
    if (!(await Promise.race([taken, sleep(500, false)]))) break
  }
  const close = () => {
    for (const socket of waiting) socket.destroy()
    listener.kill('SIGKILL')
  }
  return { port, close }
}
