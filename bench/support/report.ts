import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem, type as osType, release } from 'node:os'
import path from 'node:path'
import { GOALS, HTTP_COLUMNS, HTTP_VARIANTS, METHOD, OTHERS, type Goal } from '../catalogue'
import { pinned } from './cores'
import type { Figure, Figures } from './figures'
import { ROOT } from './processes'

const PACKAGES = ['next', '@prisma/client', 'pg', 'lru-cache']
const PEERS = ['better-auth', '@better-auth/api-key', 'bcrypt']

export type Results = {
  machine: Record<string, string | number>
  versions: Record<string, string>
  figures: Figures
}

export function resultsOf(figures: Figures, postgresVersion: string): Results {
  const machine = {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${osType()} ${release()}`,
  }
  const installed = [...PACKAGES.map((name) => ['.', name]), ...PEERS.map((name) => ['bench', name])]
  const packages = installed.map(([folder = '', name = '']) => [name, versionOf(folder, name)])
  return {
    machine,
    versions: {
      clubkeys: commit(),
      node: process.version,
      postgres: postgresVersion,
      ...(Object.fromEntries(packages) as Record<string, string>),
    },
    figures,
  }
}

/** Writes what a full run came to. */
export function publish(results: Results, suites: readonly string[], rounds: number): void {
  writeFileSync(path.join(ROOT, 'bench/results.json'), `${JSON.stringify(results, null, 2)}\n`)
  writeFileSync(path.join(ROOT, 'docs/benchmarks.md'), page(results, suites, rounds))
}

/** The figures as Markdown, what was not measured left out. */
export function tables(figures: Figures): string {
  return paragraphs([goalTable(figures), variantTable(figures), otherTable(figures)])
}

function page({ machine, versions, figures }: Results, suites: readonly string[], rounds: number): string {
  const list = (entries: Record<string, string | number>) =>
    Object.entries(entries).map(([name, value]) => `${name} ${value}`)
  return `${paragraphs([
    '# Benchmarks',
    `Measured ${new Date().toISOString().slice(0, 10)} by \`npm run bench\`, everything in one run. Machines are shared and noisy: read the ratios, not the speeds.`,
    '## Against the goals',
    goalTable(figures),
    heading('## Where a goal is missed', notes(figures)),
    heading('## HTTP, variant by variant', variantTable(figures)),
    heading('## Everything else', otherTable(figures)),
    '## Method',
    `${rounds} rounds; in each every contestant has its turn, every other round backwards. A ratio is the median of the rounds’ own ratios. ${
      pinned
        ? 'What is measured has one core to itself; load and database share the others.'
        : 'Processes could not be pinned to cores on this machine.'
    } \`n\` counts rounds, or observations where there are no rounds.`,
    ...suites.map((suite) => METHOD[suite]),
    '## Machine and versions',
    `${list(machine).join(', ')}; ${list(versions).join(', ')}.`,
  ])}\n`
}

function goalTable(figures: Figures): string {
  const rows = known(figures, GOALS).map(([id, figure, { what, goal }]) => [
    `\`${id}\``,
    what,
    show(figure),
    goal ? promise(goal) : '',
    goal ? (isMet(figure, goal) ? 'yes' : '**no**') : '',
    String(figure.n),
  ])
  return table(['figure', 'what', 'median', 'goal', 'met', 'n'], rows)
}

function notes(figures: Figures): string {
  const missed = known(figures, GOALS).filter(([, figure, { goal }]) => goal && !isMet(figure, goal))
  return missed
    .map(
      ([id, figure, { missed }]) =>
        `- \`${id}\` is ${show(figure)}. ${missed ?? 'The reason is not known yet.'}`,
    )
    .join('\n')
}

function variantTable(figures: Figures): string {
  const rows = Object.entries(HTTP_VARIANTS).flatMap(([variant, what]) => {
    const values = Object.keys(HTTP_COLUMNS).map((column) => figures[`http_${variant}_${column}`]?.value)
    return values.some((value) => value !== undefined) ? [[what, ...values.map(String)]] : []
  })
  return table(['variant', ...Object.values(HTTP_COLUMNS)], rows)
}

function otherTable(figures: Figures): string {
  const rows = known(figures, OTHERS).map(([id, figure, what]) => [
    `\`${id}\``,
    what,
    show(figure),
    String(figure.n),
  ])
  return table(['figure', 'what', 'median', 'n'], rows)
}

function known<Meaning>(figures: Figures, meanings: Record<string, Meaning>): [string, Figure, Meaning][] {
  return Object.entries(meanings).flatMap(([id, meaning]) =>
    figures[id] ? [[id, figures[id], meaning] as [string, Figure, Meaning]] : [],
  )
}

const isMet = ({ value }: Figure, goal: Goal) => ('most' in goal ? value <= goal.most : value >= goal.least)
const promise = (goal: Goal) => ('most' in goal ? `at most ${goal.most}` : `at least ${goal.least}`)
const show = ({ value, unit }: Figure) =>
  unit === 'ratio' ? `${value} ×` : `${value.toLocaleString('en')} ${unit}`

function table(head: string[], rows: string[][]): string {
  if (rows.length === 0) return ''
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

const heading = (title: string, text: string) => text && `${title}\n\n${text}`
const paragraphs = (parts: readonly (string | undefined)[]) => parts.filter(Boolean).join('\n\n')

function versionOf(folder: string, name: string): string {
  return (
    JSON.parse(readFileSync(path.join(ROOT, folder, 'node_modules', name, 'package.json'), 'utf8')) as {
      version: string
    }
  ).version
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return 'unknown'
  }
}
