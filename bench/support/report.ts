import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import path from 'node:path'
import type { Figure } from './figures'

const ROOT = path.resolve(__dirname, '../..')

/** What each figure is, in a reader's words, and what we promise. */
const MEANING: Record<string, string> = {
  http_p95_ms_c1: 'p95 of a verified request, one connection (goal: under 10 ms)',
  http_p95_ms_200_per_s: 'p95 of a verified request at a fixed 200 requests/s (goal: under 10 ms)',
  http_p95_vs_noop_c1: 'p95 against a middleware that does nothing, one connection',
  http_p95_vs_noop_c20: 'p95 against a middleware that does nothing, 20 connections (goal: at most 1.1)',
  http_p50_vs_noop_c20: 'p50 against a middleware that does nothing, 20 connections',
  http_middleware_cpu_vs_noop: 'CPU per request against a middleware that does nothing',
  http_noop_req_per_s: 'requests/s with a middleware that does nothing, 20 connections, one core',
  http_req_per_s: 'requests/s with ours, 20 connections, one core',
  create_p95_ms: 'p95 of creating a key over HTTP (goal: under 500 ms)',
  list_100_p95_ms: 'p95 of listing 100 keys over HTTP (goal: under 500 ms)',
}

/** Prints the figures and writes them to `bench/results.json` and `docs/benchmarks.md`. */
export function report(figures: Record<string, Figure>, run: { rounds: number; seconds: number }): void {
  const versions = Object.fromEntries(['next', '@prisma/client', 'pg'].map((name) => [name, versionOf(name)]))
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30), node: process.version }
  const rows = Object.entries(figures).map(([id, { value, unit, n }]) => `| \`${id}\` | ${MEANING[id] ?? ''} | ${value} ${unit} | ${n} |`)
  const table = ['| figure | what | median | n |', '|---|---|---|---|', ...rows].join('\n')
  const method = `Measured ${new Date().toISOString().slice(0, 10)} at ${commit()} by \`npm run bench\`: ${run.rounds} interleaved rounds of ${run.seconds} s, the server pinned to one core and the load to another, embedded Postgres on the same machine. Ratios are medians of paired rounds.`
  const about = `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, Node ${machine.node}; ${Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(', ')}.`
  writeFileSync(path.join(ROOT, 'bench/results.json'), `${JSON.stringify({ machine, versions, run, figures }, null, 2)}\n`)
  writeFileSync(path.join(ROOT, 'docs/benchmarks.md'), `# Benchmarks\n\n${method}\n\n${about}\n\n${table}\n`)
  process.stdout.write(`${table}\n`)
}

function versionOf(name: string): string {
  return (JSON.parse(readFileSync(path.join(ROOT, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version
}

function commit(): string {
  return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim()
}
