import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeClub, useDatabase } from '../support/club'
import { ask } from '../support/embedded'
import { relayTo, type Relay } from '../support/relay'
import { freePort } from '../support/server'

// As some platforms run a container: under a user that its system has no name for, and who may write nothing
// of the project.

const database = useDatabase()
let relay: Relay
beforeAll(async () => {
  // The socket of the tests' own server is in a folder that this user does not get into.
  relay = await relayTo(database.url())
})
afterAll(() => relay.close())

/** Anybody's but root's may not be changed; then it is the tests' own, which owns the project. */
const nobody = process.getuid?.() === 0 ? { uid: 54_321, gid: 54_321 } : {}

function run(script: string, args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
    ...nobody,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: '/nonexistent',
      NODE_ENV: 'production',
      DATABASE_URL: relay.url,
      DATABASE_DIRECT_URL: '',
      NEXTAUTH_SECRET: 'of-the-user-without-a-name-of-the-user',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  return { child, output: () => output, ended: once(child, 'close').then(([code]) => code as number) }
}

it('the command line acts as its number', async () => {
  const { slug, id } = await makeClub()
  const invite = ['invite', '--club', slug, '--email', 'new@example.test', '--role', 'COACH']
  const command = run('scripts/clubs.ts', invite)
  expect([await command.ended, command.output()]).toEqual([0, expect.any(String)])
  const rows = await ask(database.directUrl(), `SELECT "actorLabel" FROM "AuditEvent" WHERE "clubId" = $1`, [
    id,
  ])
  expect(JSON.stringify(rows)).toContain(`operator:${nobody.uid ?? ''}`)
}, 60_000)

it('npm start serves', async () => {
  const port = await freePort()
  const start = run('scripts/start.ts', [], { PORT: String(port) })
  for (const until = Date.now() + 50_000; !start.output().includes('clubkeys is up'); await sleep(50))
    if (Date.now() > until || start.child.exitCode !== null) throw new Error(start.output())
  expect((await fetch(`http://localhost:${port}/api/health/ready`)).status).toBe(200)
  expect(start.output()).not.toMatch(/EACCES|EROFS/)
  start.child.kill('SIGTERM')
  expect(await start.ended).toBe(0)
}, 90_000)
