import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { commandFile, type Command } from '../support/command-file'

jest.setTimeout(60_000)

const COMMANDS = ['clubs', 'keys', 'members', 'service-accounts'] as const

/** Without a database: what is asked for here needs none. */
async function run(name: Command, args: readonly string[], untilFirst = false) {
  const child = spawn(process.execPath, [commandFile(name), ...args], {
    env: { ...process.env, DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' },
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
    if (untilFirst) child.stdout.destroy()
  })
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}

it.each(COMMANDS)('%s: tells its usage to whoever asks for it', async (name) => {
  for (const args of [['--help'], ['-h'], ['help']]) {
    const { code, stdout, stderr } = await run(name, args)
    expect([args, code, stderr]).toEqual([args, 0, ''])
    expect(stdout).toMatch(new RegExp(`^usage: npm run -s ${name} -- `))
  }
})

it.each<[Command, string, string]>([
  ['clubs', 'invite', 'password-link'],
  ['keys', 'rotate', 'revoke'],
  ['keys', 'revoke', 'revoke-matching'],
  ['members', 'hand-over', 'suspend'],
  ['service-accounts', 'update', 'reinstate'],
])('%s %s --help: tells of this command alone', async (name, command, other) => {
  const { code, stdout } = await run(name, [command, '--help'])
  expect(code).toBe(0)
  expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'))
  expect(stdout).not.toMatch(new RegExp(`^  ${other} `, 'm'))
})

it('keys list --help: says what a filter is', async () => {
  expect((await run('keys', ['list', '--help'])).stdout).toContain('--unused-since')
})

it.each(COMMANDS)('%s: the reason stands below a usage that is longer than a terminal', async (name) => {
  for (const [args, reason] of [
    [[], 'which command?'],
    [['destroy'], 'unknown command: destroy'],
    [['constructor'], 'unknown command: constructor'],
  ] as const) {
    const { code, stdout, stderr } = await run(name, args)
    expect([code, stdout, stderr.trimEnd().split('\n').at(-1)]).toEqual([2, '', reason])
    expect(stderr).toContain('usage:')
  }
})

it('openapi: ends quietly where nobody reads on', async () => {
  const { stdout, stderr } = await run('openapi', [], true)
  expect(stdout).toMatch(/^\{/)
  expect(stderr).toBe('')
})
