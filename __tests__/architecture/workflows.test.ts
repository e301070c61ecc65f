import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'

// Nothing here runs a workflow, and no linter of them comes from npm: what would only be noticed once it is pushed is looked at.

const ROOT = path.resolve(__dirname, '../..')
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8')
const { scripts, version } = JSON.parse(read('package.json')) as {
  scripts: Record<string, string>
  version: string
}

type Step = { uses?: string; run?: string; with?: Record<string, unknown> }
type Job = {
  'timeout-minutes'?: number
  permissions?: Record<string, string>
  needs?: string
  strategy?: { matrix: { node: number[] } }
  steps: Step[]
}
type Workflow = { on: object; permissions: Record<string, string>; jobs: Record<string, Job> }

const files = globSync('.github/workflows/*.yml', { cwd: ROOT })
const workflows = files.map((file) => ({ file, ...(parse(read(file)) as Workflow) }))
const steps = workflows.flatMap(({ jobs }) => Object.values(jobs).flatMap((job) => job.steps))

it('there are the two: one for each change, one for each tag', () => {
  expect(files.map((file) => path.basename(file)).sort()).toEqual(['ci.yml', 'release.yml'])
})

it.each(workflows)(
  '$file reads the repository and no more, unless a job says so, and ends',
  ({ permissions, jobs }) => {
    expect(permissions).toEqual({ contents: 'read' })
    for (const job of Object.values(jobs)) expect(job['timeout-minutes']).toBeGreaterThan(0)
  },
)

it('what they run is there: scripts of npm, and files', () => {
  const runs = steps.flatMap(({ run = '' }) => run.split('\n'))
  const named = runs.flatMap((line) => [
    ...line.matchAll(/npm (?:run (?:-s )?)?(test|(?<=run (?:-s )?)[\w:-]+)/g),
  ])
  expect(named.length).toBeGreaterThan(2)
  for (const [, name = ''] of named) expect({ name, known: name in scripts }).toEqual({ name, known: true })
  for (const line of runs.filter((one) => one.startsWith('.ci/')))
    expect(existsSync(path.join(ROOT, line))).toBe(true)
})

it('no step puts what a stranger writes into a shell', () => {
  for (const { run = '' } of steps) expect(run).not.toMatch(/\$\{\{/)
  for (const { on } of workflows) expect(Object.keys(on)).not.toContain('pull_request_target')
})

it('each action is one commit, with its version beside it for the bot: a tag can be moved', () => {
  const used = files.flatMap((file) => [...read(file).matchAll(/uses: (.*)/g)].map(([, name]) => name))
  expect(used.length).toBeGreaterThan(4)
  for (const name of used) expect(name).toMatch(/^[\w/-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/)
})

it('checkouts leave no credential behind for what runs after them', () => {
  const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout'))
  expect(checkouts.length).toBeGreaterThan(2)
  for (const one of checkouts) expect(one.with).toEqual({ 'persist-credentials': false })
})

it('changes are tried on Node 22 and 24, by npm test', () => {
  const test = workflows.find(({ file }) => file.endsWith('ci.yml'))?.jobs.test
  expect(test?.strategy?.matrix.node).toEqual([22, 24])
  expect(test?.steps.at(-1)?.run).toBe('npm test')
})

it('a release is tested before, signed where it was built, and names what is in it', () => {
  const { test, release } = workflows.find(({ file }) => file.endsWith('release.yml'))?.jobs ?? {}
  expect(test?.steps.at(-1)?.run).toBe('npm test')
  expect(release?.needs).toBe('test')
  expect(release?.permissions).toEqual({ contents: 'write', 'id-token': 'write' })
  const runs = release?.steps.map(({ run = '' }) => run).join('\n')
  for (const part of ['npm run -s sbom', '--provenance']) expect(runs).toContain(part)
})

it('no package’s own code runs where something may be written or published', () => {
  const trusted = workflows
    .flatMap(({ jobs }) => Object.values(jobs))
    .filter(({ permissions = {} }) => Object.values(permissions).includes('write'))
  expect(trusted).toHaveLength(1)
  for (const { run = '' } of trusted.flatMap((job) => job.steps)) {
    expect(run).not.toMatch(/npm (?:ci|install|test)\b|npx|\.ci\//)
    for (const [, script] of run.matchAll(/npm run (?:-s )?([\w:-]+)/g)) expect(script).toBe('sbom')
    if (run.includes('npm publish')) expect(run).toContain('--ignore-scripts')
  }
})

it('the changelog has a section for what is to come, and one for this version', () => {
  const sections = [...read('CHANGELOG.md').matchAll(/^## \[(.+?)\]/gm)].map(([, name]) => name)
  expect(sections).toEqual(expect.arrayContaining(['Unreleased', version]))
})

it('forms and the bot are in the form that the host reads', () => {
  for (const file of globSync('.github/ISSUE_TEMPLATE/!(config).yml', { cwd: ROOT })) {
    const form = parse(read(file)) as {
      name: string
      description: string
      body: { type: string; id?: string }[]
    }
    expect(form).toMatchObject({ name: expect.any(String), description: expect.any(String) })
    const ids = form.body.flatMap(({ id }) => id ?? [])
    expect(new Set(ids).size).toBe(ids.length)
    for (const { type } of form.body)
      expect(['markdown', 'textarea', 'input', 'dropdown', 'checkboxes']).toContain(type)
  }
  const bot = parse(read('.github/dependabot.yml')) as {
    version: number
    updates: { 'package-ecosystem': string }[]
  }
  expect(bot.version).toBe(2)
  expect(bot.updates.map((one) => one['package-ecosystem'])).toEqual(['npm', 'github-actions', 'docker'])
})
