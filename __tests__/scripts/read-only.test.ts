import { createEmptyDatabase, type TestDatabase } from '../support/postgres'
import { buildOtherApp, OTHER_APP } from '../support/other-app'
import { makeContainer, type Contained } from '../support/read-only'
import { relayTo, type Relay } from '../support/relay'
import { freePort, standaloneServer } from '../support/server'

jest.setTimeout(240_000)

// As many platforms run a container: everything is read-only but a folder for temporary files, and the user is a
// number that the system has no name for.

const container = makeContainer()
let database: TestDatabase
let relays: Relay[]
let token: string
beforeAll(async () => {
  database = await createEmptyDatabase()
  // The socket of the tests' own server is in a folder that this user does not get into.
  relays = [await relayTo(database.url), await relayTo(database.directUrl)]
  buildOtherApp()
})
afterAll(async () => {
  for (const relay of relays) await relay.close()
  await database.drop()
})

const SECRET = { NEXTAUTH_SECRET: 'of-the-read-only-root-of-the-read-only' }
const web = () => ({ ...SECRET, DATABASE_URL: relays[0]!.url })

/** What it printed, once it has ended in order. */
async function done(command: Contained): Promise<string> {
  expect([await command.ended, command.output()]).toEqual([0, expect.any(String)])
  expect(command.output()).not.toMatch(/EROFS|EACCES|ENOENT|read-only/i)
  return command.output()
}

async function servesUntilStopped(command: Contained, port: number): Promise<void> {
  const get = (path: string) =>
    fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization: `Bearer ${token}` } })
  await command.until(() =>
    get('/api/health/live').then(
      ({ ok }) => ok,
      () => false,
    ),
  )
  expect((await get('/api/v1/whoami')).status).toBe(200)
  command.kill('SIGTERM')
  await done(command)
}

it('npm run migrate, and the command line', async () => {
  const migrate = ['npm', 'run', '-s', 'migrate', '--', '--role', new URL(database.url).username]
  const direct = { ...SECRET, DATABASE_DIRECT_URL: relays[1]!.url }
  expect(await done(container.run(migrate, direct))).toContain('Applied:')
  const club = ['npm', 'run', '-s', 'clubs', '--', 'create', '--slug', 'one', '--name', 'One']
  await done(container.run([...club, '--admin', 'one@example.test'], web()))
  const key = ['npm', 'run', '-s', 'keys', '--', 'create', '--club', 'one', '--user', 'one@example.test']
  const made = await done(
    container.run([...key, '--name', 'key', '--scope', 'practices:read', '--json'], web()),
  )
  token = (JSON.parse(made) as { key: string }).key
})

it('npm start, of what was built before', async () => {
  expect(await done(container.run(['npm', 'run', '-s', 'build'], SECRET))).toBe('')
  const port = await freePort()
  await servesUntilStopped(container.run(['npm', 'start'], { ...web(), PORT: String(port) }), port)
})

it('a standalone server, which writes nothing at all', async () => {
  const before = container.written()
  const port = await freePort()
  const where = { PORT: String(port), HOSTNAME: '127.0.0.1', NEXTAUTH_URL: `http://127.0.0.1:${port}` }
  const command = container.run(
    [process.execPath, standaloneServer(OTHER_APP)],
    { ...web(), ...where },
    OTHER_APP,
  )
  await servesUntilStopped(command, port)
  expect(container.written()).toEqual(before)
})
