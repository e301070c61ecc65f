import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive } from '@/lib/process/processes'
import { temporaryFolder } from '../support/temporary'

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }

it('every command is npm’s own child: npm tells nobody else of a signal', () => {
  for (const [name, command] of Object.entries(scripts))
    expect([name, command]).toEqual([name, expect.stringMatching(/^exec (node|npm) /)])
})

it('SIGTERM to npm reaches what `npm start` runs', async () => {
  const folder = temporaryFolder()
  mkdirSync(path.join(folder, 'scripts'))
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ scripts: { start: scripts.start } }))
  writeFileSync(
    path.join(folder, 'scripts/setup.mjs'),
    `process.on('SIGTERM', () => { console.log('told'); process.exit(0) }); console.log('pid', process.pid); setInterval(() => {}, 1000)`,
  )
  const npm = spawn('npm', ['start', '--no-update-notifier'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let said = ''
  npm.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const until = async (text: RegExp) => {
    for (const end = Date.now() + 20_000; !text.test(said); await sleep(20))
      if (Date.now() > end) throw new Error(said)
  }
  await until(/pid \d+/)
  const pid = Number(/pid (\d+)/.exec(said)?.[1])
  npm.kill('SIGTERM')
  await until(/told/)
  for (const end = Date.now() + 5_000; isAlive(pid) && Date.now() < end;) await sleep(20)
  expect(isAlive(pid)).toBe(false)
  rmSync(folder, { recursive: true, force: true })
})
