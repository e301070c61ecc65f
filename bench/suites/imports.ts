import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { APP_ROLE } from '@/lib/db/embedded'
import { migrate } from '@/lib/db/migrate'
import { temporaryFolder } from '../../__tests__/support/temporary'
import { figure, type Figures } from '../support/figures'
import { ROOT, startNode } from '../support/processes'
import { environmentFor, type Database, type Stage } from '../support/stage'
import type { Run } from '../support/suite'
import { atEnd } from '../support/teardown'

const ROWS = { quick: 10_000, full: 100_000 }
const OWNERS = 100
/** One row that is refused, somewhere in the middle. */
const BAD_AT = 0.7
/** Held, since the engine takes what nobody forbids: memory that grew with the rows would not fit. */
const HEAP = '--max-old-space-size=96'

const KINDS = {
  plaintext: { column: 'token', written: (token: string) => token },
  sha256: {
    column: 'digest',
    written: (token: string) => createHash('sha256').update(token).digest('hex'),
  },
}
type Measured = { perS: number; peakMb: number }

/** The command as an operator types it, on an empty database each time: its start and both readings count. */
export async function imports({ stage, quick, say }: Run): Promise<Figures> {
  const rows = quick ? ROWS.quick : ROWS.full
  const folder = temporaryFolder()
  atEnd(() => rmSync(folder, { recursive: true, force: true }))
  const measured = { plaintext: [] as Measured[], sha256: [] as Measured[] }
  for (let round = 0; round < (quick ? 1 : 3); round++)
    for (const kind of ['plaintext', 'sha256'] as const) {
      say(`importing ${rows.toLocaleString('en')} rows, ${kind}`)
      measured[kind].push(await importOnce(stage, kind, rows, path.join(folder, kind)))
    }
  const all = [...measured.plaintext, ...measured.sha256]
  const perS = (of: Measured[]) => figure(of.map((one) => one.perS), 'per s') // prettier-ignore
  return {
    import_rows_per_s: perS(measured.plaintext),
    import_sha256_rows_per_s: perS(measured.sha256),
    import_peak_mb: figure(all.map(({ peakMb }) => peakMb), 'MB'), // prettier-ignore
  }
}

async function importOnce(
  stage: Stage,
  kind: keyof typeof KINDS,
  rows: number,
  file: string,
): Promise<Measured> {
  const database = await stage.empty('imports')
  await migrate(database.directUrl, { appUser: APP_ROLE })
  await addOwners(stage, database)
  writeFileSync(file, fileOf(kind, rows))
  const args = ['import', '--json', '--club', 'bench', '--kind', kind, '--min-bits', '128', '--scope', 'practices:read', '--report', `${file}-refused`, file] // prettier-ignore
  const began = performance.now()
  const child = startNode([HEAP, '--import', 'tsx', path.join(ROOT, 'scripts/keys.ts'), ...args], {
    place: 'measured',
    env: environmentFor(database),
  })
  const ended = once(child, 'exit')
  let peakMb = 0
  while (child.exitCode === null && child.signalCode === null) {
    peakMb = Math.max(peakMb, peakOf(child.pid ?? 0))
    await Promise.race([ended, sleep(100)])
  }
  const seconds = (performance.now() - began) / 1000
  const [found] = await stage.read<{ n: number }>(database, 'SELECT count(*)::int AS n FROM "ApiKey"', [])
  await stage.drop(database)
  // 1: the one row that is refused.
  if (child.exitCode !== 1 || found?.n !== rows - 1)
    throw new Error(`exit ${child.exitCode}: ${found?.n} of ${rows} rows were imported`)
  return { perS: rows / seconds, peakMb: peakMb || NaN }
}

function fileOf(kind: keyof typeof KINDS, rows: number): string {
  const { column, written } = KINDS[kind]
  const lines = Array.from({ length: rows }, (_, at) => {
    const token = `acme_${randomBytes(24).toString('base64url')}`
    const cell = at === rows * BAD_AT ? 'hunter2' : written(token)
    return `${cell},m${at % OWNERS}@bench.test,client ${at},2024-01-02T03:04:05Z`
  })
  return `${column},owner,name,created\n${lines.join('\n')}\n`
}

async function addOwners(stage: Stage, database: Database): Promise<void> {
  for (const sql of [
    `INSERT INTO "Club" ("id", "slug", "name", "updatedAt") VALUES (gen_random_uuid(), 'bench', 'Bench', now())`,
    `INSERT INTO "User" ("id", "email", "name", "updatedAt") SELECT gen_random_uuid(), 'm' || i || '@bench.test', 'M', now() FROM generate_series(0, ${OWNERS - 1}) i`,
    `INSERT INTO "Membership" ("id", "clubId", "userId", "roles", "updatedAt") SELECT gen_random_uuid(), c."id", u."id", '{COACH}', now() FROM "Club" c, "User" u`,
  ])
    await stage.read(database, sql, [])
}

/** The most memory that a process has held, in MB; 0 once it has ended. NaN where the system does not say. */
function peakOf(pid: number): number {
  try {
    const [, kb] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kb ?? 0) / 1024
  } catch {
    return 0
  }
}
