import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { oldTokensIn } from './leaks'
import { KINDS, type Kind, type Load } from './kinds'
import { temporaryFolder } from '../../__tests__/support/temporary'
import { openSite, type Club, type Site } from './site'
import { commandFile } from '../../__tests__/support/command-file'

const PATIENCE_MS = 60_000

export type ImportKills = { kind: string; kills: number; rounds: number; rows: number; faults: string[] }
type Options = { kills: number; rows: number; say?: (line: string) => void; stop?: AbortSignal }

/**
 * Kills imports of every kind in their middle, and starts them again with the same words until all is there.
 * @param kills in all, over every kind @param rows of one load
 */
export async function killImports(options: Options): Promise<ImportKills[]> {
  const site = await openSite()
  const facts: ImportKills[] = []
  try {
    for (const [kind, make] of Object.entries(KINDS)) {
      options.say?.(kind)
      facts.push(
        await killOne(site, kind, make, {
          ...options,
          kills: Math.ceil(options.kills / Object.keys(KINDS).length),
        }),
      )
    }
    return facts
  } finally {
    await site.stop()
  }
}

async function killOne(
  site: Site,
  kind: string,
  make: Kind,
  { kills, rows, stop }: Options,
): Promise<ImportKills> {
  const facts = { kind, kills: 0, rounds: 0, rows: 0, faults: [] as string[] }
  const folder = temporaryFolder()
  const tokens: string[] = []
  const written: string[] = []
  const print = (text: string) => void written.push(text)
  while (facts.kills < kills) {
    const club = await site.addClub()
    const load = await make(site, club, rows, folder)
    stop?.throwIfAborted()
    for (const step of load.steps) await bringIn(site, club, load, step, { facts, kills, folder, print })
    facts.faults.push(...(await faultsAtEnd(site, club.id, load)))
    facts.rounds++
    facts.rows += rows
    tokens.push(...load.tokens)
  }
  rmSync(folder, { recursive: true })
  if (!site.log().includes('INSERT INTO "ApiKey"')) facts.faults.push('the server wrote nothing down')
  const places = {
    'output or report': written.join('\n'),
    dump: site.dump(),
    'log of the server': site.log(),
  }
  for (const [place, text] of Object.entries(places))
    if (oldTokensIn(text, tokens) > 0) facts.faults.push(`a token stands in the ${place}`)
  return facts
}

type Round = { facts: ImportKills; kills: number; folder: string; print: (text: string) => void }

/**
 * Runs one command again and again, each time killed, until it comes to its end or has had its share of
 * kills.
 */
async function bringIn(
  site: Site,
  { id }: Club,
  load: Load,
  step: Load['steps'][number],
  { facts, kills, folder, print }: Round,
): Promise<void> {
  const report = path.join(folder, 'refused.jsonl')
  const args = [...step.args.slice(0, 1), '--report', report, ...step.args.slice(1)]
  const share = Math.min(kills, facts.kills + Math.ceil(kills / load.steps.length))
  for (;;) {
    const kill = facts.kills < share ? { afterMs: (facts.kills * 37) % 150 } : null
    const done = await runAndKill(site, id, load, { ...step, args }, kill)
    print(done.output)
    if (existsSync(report)) print(readFileSync(report, 'utf8'))
    facts.faults.push(...(await faultsBetween(site, id, load)))
    if (done.killed) facts.kills++
    else if (done.code === 0) return
    else throw new Error(`${facts.kind}: exit ${done.code}: ${done.output.slice(0, 500)}`)
  }
}

type Ran = { killed: boolean; code: number | null; output: string }

/**
 * Kills it some moment after its first batch, unless told not to; one that comes to its end before is not
 * killed.
 */
async function runAndKill(
  site: Site,
  clubId: string,
  load: Load,
  step: Load['steps'][number],
  kill: { afterMs: number } | null,
): Promise<Ran> {
  const before = await progressOf(site, clubId, load)
  const child = spawn(process.execPath, [commandFile('keys'), ...step.args], {
    env: {
      ...process.env,
      DATABASE_URL: site.url,
      DATABASE_DIRECT_URL: site.directUrl,
      NEXTAUTH_SECRET: 'for-chaos-only-for-chaos-only-for-chaos',
      API_KEY_BCRYPT: 'on',
      API_KEY_OLD_PREFIXES: 'acme_',
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stdin.on('error', () => {}).end(step.stdin)
  const closed = once(child, 'close')
  if (kill) {
    const running = () => child.exitCode === null && child.signalCode === null
    for (const until = Date.now() + PATIENCE_MS; running() && Date.now() < until; await sleep(10))
      if ((await progressOf(site, clubId, load)) !== before) break
    await sleep(kill.afterMs)
    if (running()) child.kill('SIGKILL')
  }
  await closed
  return { killed: child.signalCode === 'SIGKILL', code: child.exitCode, output }
}

const progressOf = async (site: Site, clubId: string, load: Load) =>
  `${await keysOf(site, clubId)} ${await leftOf(site, load)}`

async function keysOf(site: Site, clubId: string): Promise<number> {
  const [row] = await site.ask<{ n: number }>(`SELECT count(*)::int AS n FROM "ApiKey" WHERE "clubId" = $1`, [
    clubId,
  ])
  return row?.n ?? 0
}

/** How many rows of the old table hold a token; 0 without one. */
async function leftOf(site: Site, { table }: Load): Promise<number> {
  if (!table) return 0
  const [row] = await site.ask<{ n: number }>(`SELECT count(api_key)::int AS n FROM ${table}`)
  return row?.n ?? 0
}

/** At every moment: each token is here or there, and each key has its audit row. */
async function faultsBetween(site: Site, clubId: string, load: Load): Promise<string[]> {
  const [keys, left] = [await keysOf(site, clubId), await leftOf(site, load)]
  const [audited] = await site.ask<{ n: number }>(
    `SELECT count(DISTINCT "targetId")::int AS n FROM "AuditEvent" WHERE "clubId" = $1 AND "action" = 'api-key.import'`,
    [clubId],
  )
  return [
    ...(audited?.n === keys ? [] : [`${keys} keys, and audit rows of ${audited?.n}`]),
    ...(keys <= load.tokens.length ? [] : [`${keys} keys of ${load.tokens.length} tokens`]),
    ...(!load.table || keys + left >= load.tokens.length
      ? []
      : [`${load.tokens.length - keys - left} tokens are neither here nor there`]),
  ]
}

async function faultsAtEnd(site: Site, clubId: string, load: Load): Promise<string[]> {
  const rows = await site.ask<{ digest: string }>(
    `SELECT encode("digest", 'hex') AS digest FROM "ApiKey" WHERE "clubId" = $1`,
    [clubId],
  )
  const there = new Set(rows.map(({ digest }) => digest))
  const lost = [...load.digests].filter((digest) => !there.has(digest)).length
  const left = await leftOf(site, load)
  return [
    ...(lost > 0 ? [`${lost} rows are lost`] : []),
    ...(rows.length > load.digests.size ? [`${rows.length - load.digests.size} rows came twice`] : []),
    ...(left > 0 ? [`${left} rows hold a token still`] : []),
  ]
}
