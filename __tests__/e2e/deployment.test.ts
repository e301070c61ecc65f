import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseAllDocuments, parse } from 'yaml'
import { loadEnv } from '@/lib/env'
import { leaveSettingsOut } from '../../scripts/start/build'
import { createEmptyDatabase, type TestDatabase } from '../support/postgres'
import { makeContainer, type Contained } from '../support/read-only'
import { relayTo, type Relay } from '../support/relay'
import { freePort } from '../support/server'
import { temporaryFolder } from '../support/temporary'

jest.setTimeout(120_000)

// No engine runs images here. So the stages of the Dockerfile are followed: what they copy, and the very commands that
// they name, as a user without a name, on a root that nobody may write.

const ROOT = path.resolve(__dirname, '../..')
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8')

type Line = { verb: string; rest: string }
type Stage = { name: string; from: string; lines: Line[] }

function stagesOf(text: string): Stage[] {
  const stages: Stage[] = []
  for (const line of text.split('\n').filter((one) => /^[A-Z]+ /.test(one))) {
    const [verb = '', ...words] = line.split(' ')
    const [from = '', as, name = ''] = words
    if (verb === 'FROM') {
      expect(as).toBe('AS')
      stages.push({ name, from, lines: [] })
    } else stages.at(-1)?.lines.push({ verb, rest: words.join(' ') })
  }
  return stages
}

const stages = stagesOf(read('Dockerfile').replaceAll(/ \\\n\s*/g, ' '))
const stage = (name: string): Stage => stages.find((one) => one.name === name)!
const restOf = (name: string, verb: string): string[] =>
  stage(name)
    .lines.filter((line) => line.verb === verb)
    .map(({ rest }) => rest)
const commandOf = (name: string, verb: string): string[] =>
  JSON.parse(/\[.*\]$/.exec(restOf(name, verb)[0] ?? '')?.[0] ?? '[]') as string[]
const environmentOf = (name: string): Record<string, string> =>
  Object.fromEntries(
    restOf(name, 'ENV')
      .join(' ')
      .split(' ')
      .map((pair) => pair.split('=') as [string, string]),
  )

/** What the stage `app` holds: whatever it copies from the build, and nothing else. */
function assembleApp(): string {
  const app = path.join(temporaryFolder(), 'app')
  mkdirSync(app, { recursive: true })
  for (const copied of restOf('app', 'COPY')) {
    const words = copied.split(' ').filter((word) => !word.startsWith('--'))
    const to = path.join(app, words.pop() ?? '')
    for (const from of words.map((word) => path.join(ROOT, word.replace(/^\/app\//, '')))) {
      const isWhole = !/\.\w+$/.test(from)
      cpSync(from, isWhole ? to : path.join(to, path.basename(from)), { recursive: true })
    }
  }
  return app
}

const SECRET = 'of-the-image-of-the-image-of-the-image'
const container = makeContainer()
let database: TestDatabase
let relays: Relay[]
let app: string
beforeAll(async () => {
  database = await createEmptyDatabase()
  relays = [await relayTo(database.url), await relayTo(database.directUrl)]
  app = assembleApp()
})
afterAll(async () => {
  for (const relay of relays) await relay.close()
  await database.drop()
  rmSync(path.dirname(app), { recursive: true, force: true })
})

const web = (port: number) => ({
  ...environmentOf('app'),
  DATABASE_URL: relays[0]!.url,
  NEXTAUTH_SECRET: SECRET,
  NEXTAUTH_URL: `http://127.0.0.1:${port}`,
  PORT: String(port),
  HOST: '127.0.0.1',
  // As Docker sets it: no address of this machine.
  HOSTNAME: 'f2a1c0de',
})

const get = (port: number, to: string, token = '') =>
  fetch(`http://127.0.0.1:${port}${to}`, { headers: token ? { authorization: `Bearer ${token}` } : {} })

/** With our Node in place of the image's. */
const asHere = ([program = '', ...rest]: string[]) => [
  program === 'node' ? process.execPath : program,
  ...rest,
]
const runInApp = (command: string[], port: number): Contained =>
  container.run(asHere(command), web(port), app)

async function done(command: Contained): Promise<string> {
  expect([await command.ended, command.output()]).toEqual([0, expect.any(String)])
  expect(command.output()).not.toMatch(/EROFS|EACCES|ENOENT/)
  return command.output()
}

describe('the image', () => {
  let token: string

  it('tools: migrates in a step of its own, with the owner’s address alone, and makes the first key', async () => {
    const migrate = [...commandOf('tools', 'CMD'), '--', '--role', new URL(database.url).username]
    const said = await done(container.run(migrate, { DATABASE_DIRECT_URL: relays[1]!.url }))
    expect(said).toContain('Applied:')
    const env = { DATABASE_URL: relays[0]!.url, NEXTAUTH_SECRET: SECRET }
    const run = async (line: string) => done(container.run(['npm', 'run', '-s', ...line.split(' ')], env))
    await run('clubs -- create --slug one --name One --admin one@example.test')
    const made = await run(
      'keys -- create --club one --user one@example.test --name key --scope practices:read --json',
    )
    token = (JSON.parse(made) as { key: string }).key
  })

  it('app: serves from its own files, is healthy, writes nothing, and drains on SIGTERM', async () => {
    const port = await freePort()
    const before = container.written()
    const sick = runInApp(commandOf('app', 'HEALTHCHECK'), port)
    expect(await sick.ended).toBe(1)
    const server = runInApp(commandOf('app', 'CMD'), port)
    await server.until(() =>
      get(port, '/api/health/ready').then(
        ({ ok }) => ok,
        () => false,
      ),
    )
    await done(runInApp(commandOf('app', 'HEALTHCHECK'), port))
    expect((await get(port, '/api/v1/whoami', token)).status).toBe(200)
    const page = await get(port, '/sign-in')
    const script = /\/_next\/static\/[^"]+\.js/.exec(await page.text())?.[0] ?? ''
    expect((await get(port, script)).status).toBe(200)
    expect((await get(port, '/api/openapi.json')).status).toBe(200)
    await get(port, '/api/v1/practices', token) // The first statement of a kind takes longest.
    const calls = Array.from({ length: 20 }, () => get(port, '/api/v1/practices', token))
    await Promise.race(calls)
    server.kill('SIGTERM')
    for (const call of calls) expect((await call).status).toBe(200)
    await done(server)
    expect(container.written()).toEqual(before)
  })

  it('app: holds no source, no test, no secret and nothing that only development needs', () => {
    for (const name of ['src', '__tests__', 'scripts', '.env', '.data', '.git'])
      expect({ name, there: existsSync(path.join(app, name)) }).toEqual({ name, there: false })
    const { devDependencies } = JSON.parse(read('package.json')) as {
      devDependencies: Record<string, string>
    }
    // The framework traces the API of OpenTelemetry, which it brings along itself.
    const there = Object.keys(devDependencies).filter(
      (name) => name !== '@opentelemetry/api' && existsSync(path.join(app, 'node_modules', name)),
    )
    expect(there).toEqual([])
  })

  it('runs as a number, from the Node that is pinned, and checks its health', () => {
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> }
    for (const name of ['app', 'tools']) {
      expect(restOf(name, 'USER')).toEqual(['10001:10001'])
      expect(environmentOf(name).NODE_ENV).toBe('production')
    }
    for (const { from } of stages.filter((one) => one.from !== 'build'))
      expect(from).toMatch(new RegExp(`^node:${dependencies.node}-`))
    expect(restOf('build', 'RUN').join()).toContain('npm run build')
  })

  it.each(['', 'src/', 'docs/', 'deploy/', 'prisma/', 'scripts/keys/'])(
    'gets no file that may hold a secret, wherever somebody left it: %j',
    (folder) => {
      const names = ['.env', '.env.production', '.envrc', '.npmrc', '.pgpass', '.git/config', '.data/secret'] // prettier-ignore
      const left = ['keys.csv', 'keys.jsonl', 'backup.dump', 'server.key', 'server.pem', 'client.p12']
      for (const name of [...names, ...left].map((one) => `${folder}${one}`))
        expect({ name, in: isInContext(name) }).toEqual({ name, in: false })
    },
  )

  it('gets by name what it needs: a file that nobody thought of stays out', () => {
    for (const name of ['notes.txt', 'id_ed25519', 'backup.sql', 'node_modules/a/index.js', 'coverage/x.js'])
      expect({ name, in: isInContext(name) }).toEqual({ name, in: false })
    for (const name of [
      'package.json',
      'package-lock.json',
      'next.config.js',
      'src/middleware.ts',
      'prisma/schema.prisma',
      'prisma/migrations/migration_lock.toml',
      'docs/client.md',
      'docs/concepts.svg',
      'scripts/setup.mjs',
      'deploy/serve.mjs',
    ])
      // prettier-ignore
      expect({ name, in: isInContext(name) && existsSync(path.join(ROOT, name)) }).toEqual({ name, in: true })
  })
})

/** As the engine reads .dockerignore: the last rule that fits a path, or a folder above it, decides. */
function isInContext(file: string): boolean {
  const rules = read('.dockerignore').split('\n').filter((line) => line !== '' && !line.startsWith('#')) // prettier-ignore
  const parts = file.split('/')
  const paths = parts.map((_, at) => parts.slice(0, at + 1).join('/'))
  let isIn = true
  for (const rule of rules) {
    const pattern = rule.replace(/^!/, '').replace(/[.+]/g, '\\$&').replaceAll('**/', '\0').replaceAll('*', '[^/]*').replaceAll('\0', '(?:.*/)?') // prettier-ignore
    if (paths.some((one) => new RegExp(`^${pattern}$`).test(one))) isIn = rule.startsWith('!')
  }
  return isIn
}

it('a build takes over no settings of whoever made it', () => {
  const folder = temporaryFolder()
  const there = ['.env', '.env.production', 'server.js', 'package.json']
  for (const name of there) writeFileSync(path.join(folder, name), 'NEXTAUTH_SECRET=of-the-builder')
  leaveSettingsOut(folder)
  expect(readdirSync(folder).sort()).toEqual(['package.json', 'server.js'])
  leaveSettingsOut(path.join(folder, 'not-there'))
  rmSync(folder, { recursive: true })
})

type Container = {
  image: string
  command?: string[]
  env?: { name: string; value?: string; valueFrom?: unknown }[]
  securityContext: object
  [probe: `${string}Probe`]: { httpGet: { path: string } }
}
type Manifest = { kind: string; metadata: { name: string }; spec: Record<string, unknown> }
const manifests = (file: string) =>
  parseAllDocuments(read(`deploy/kubernetes/${file}`)).map((one) => one.toJS() as Manifest)

/** Variables of the app, of Node and of the framework. */
const known = (name: string) =>
  read('.env.example').includes(`\n${name}=`) || ['NODE_ENV', 'HOST', 'PORT'].includes(name)

describe('the manifests for Kubernetes', () => {
  const all = [...manifests('app.yaml'), ...manifests('migrate.yaml')]
  const podOf = ({ spec }: Manifest) =>
    (spec.template as { spec: { securityContext: object; containers: Container[] } } | undefined)?.spec
  const pods = all.flatMap((one) => podOf(one) ?? [])
  const containers = pods.flatMap((pod) => pod.containers)

  it('are a deployment, a service, a budget, a policy, and a job that migrates', () => {
    expect(all.map(({ kind }) => kind)).toEqual([
      'Deployment',
      'Service',
      'PodDisruptionBudget',
      'NetworkPolicy',
      'Job',
    ])
  })

  it('run as nobody, on a read-only root, without rights', () => {
    expect(pods).toHaveLength(2)
    for (const pod of pods)
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } },
      })
    for (const { securityContext } of containers)
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      })
  })

  it('take every secret by reference, know no unknown variable, and give the owner’s address to the job alone', () => {
    const given = containers.flatMap(({ env = [] }) => env)
    for (const { name, value } of given) {
      expect({ name, known: known(name) }).toEqual({ name, known: true })
      if (/SECRET|TOKEN|URL$/.test(name) && name !== 'NEXTAUTH_URL') expect(value).toBeUndefined()
    }
    const [serving, migrating] = containers.map(({ env = [] }) => env.map(({ name }) => name))
    expect(serving).not.toContain('DATABASE_DIRECT_URL')
    expect(migrating).toEqual(['DATABASE_DIRECT_URL'])
  })

  it('probe what there is', () => {
    const [serving] = containers
    expect(serving?.readinessProbe?.httpGet.path).toBe('/api/health/ready')
    expect(serving?.livenessProbe?.httpGet.path).toBe('/api/health/live')
  })

  it('give a process the time that it takes to end', () => {
    const [deployment] = all
    const pod = podOf(deployment!) as unknown as { terminationGracePeriodSeconds: number }
    const duck = Number(containers[0]?.env?.find(({ name }) => name === 'LAME_DUCK_SECONDS')?.value)
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(duck + 10)
  })
})

describe('compose.yaml', () => {
  type Service = {
    environment?: Record<string, string>
    read_only?: boolean
    depends_on?: object
    build?: { target: string }
  }
  const { services } = parse(read('compose.yaml')) as { services: Record<string, Service> }

  it('migrates after Postgres is healthy, and serves after that', () => {
    expect(services.migrate?.depends_on).toEqual({ postgres: { condition: 'service_healthy' } })
    expect(services.app?.depends_on).toMatchObject({
      migrate: { condition: 'service_completed_successfully' },
    })
    for (const name of ['app', 'migrate', 'tools']) {
      expect({ name, readOnly: services[name]?.read_only }).toEqual({ name, readOnly: true })
      expect(stages.map((one) => one.name)).toContain(services[name]?.build?.target)
    }
  })

  it('gives the app an environment that it takes, and not the owner’s password', () => {
    const filled = Object.fromEntries(
      Object.entries(services.app?.environment ?? {}).map(([name, value]) => [
        name,
        value
          .replace(/\$\{NEXTAUTH_SECRET:\?\}/, SECRET)
          .replace(/\$\{\w+:-(.*?)\}/, '$1')
          .replace(/\$\{\w+:\?\}/, 'x'),
      ]),
    )
    for (const name of Object.keys(filled))
      expect({ name, known: known(name) }).toEqual({ name, known: true })
    expect(loadEnv(filled as unknown as NodeJS.ProcessEnv)).toMatchObject({ REDIS_URL: 'redis://redis:6379' })
    expect(JSON.stringify(services.app)).not.toContain('OWNER_PASSWORD')
  })
})

it('the unit for systemd runs what the image runs, and may write nothing', () => {
  const unit = read('deploy/systemd/clubkeys.service')
  expect(unit).toContain(`ExecStart=/usr/bin/${commandOf('app', 'CMD').join(' ')}`)
  for (const line of [
    'DynamicUser=yes',
    'ProtectSystem=strict',
    'NoNewPrivileges=yes',
    'CapabilityBoundingSet=',
  ])
    expect(unit.split('\n')).toContain(line)
})

it('every alert is of a metric that there is, and has a line that says what to do', () => {
  type Rules = { groups: { rules: { alert: string; expr: string }[] }[] }
  const { groups } = parse(read('deploy/prometheus/clubkeys.rules.yml')) as Rules
  const rules = groups.flatMap((group) => group.rules)
  expect(rules.length).toBeGreaterThan(8)
  const sources = readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).map((file) => read(`src/${file}`)).join() // prettier-ignore
  for (const { alert, expr } of rules) {
    expect(read('docs/monitoring.md')).toContain(`| \`${alert}\` |`)
    for (const [name] of expr.matchAll(/\bclubkeys_\w+/g))
      expect(sources).toContain(`'${name.replace(/_bucket$/, '')}'`)
  }
})
