import type { Cluster } from '../../__tests__/support/cluster'
import type { Cell } from './cells'

const ZONES: Partial<Record<Cell['clock'], string>> = {
  UTC: 'UTC',
  'New York': 'America/New_York',
  Kolkata: 'Asia/Kolkata',
  Berlin: 'Europe/Berlin',
}

/** Sets a cell's clock for its database, its roles or its whole server. Returns what takes it back. */
export async function setClock(
  cluster: Cluster,
  { clock, level }: Cell,
  { database, roles }: { database: string; roles: readonly string[] },
): Promise<() => Promise<void>> {
  const [name, value] =
    clock === 'German dates'
      ? ['DateStyle', 'German, DMY']
      : ['TimeZone', ZONES[clock] ?? zoneThatTurnsBack(new Date())]
  const targets = {
    database: [`DATABASE ${database}`],
    role: [...new Set(roles)].map((role) => `ROLE ${role}`),
    server: ['SYSTEM'],
  }[level]
  const alter = async (what: string) => {
    for (const target of targets) await cluster.ask(`ALTER ${target} ${what}`)
    await cluster.ask('SELECT pg_reload_conf()')
  }
  await alter(`SET ${name} = '${value}'`)
  return () => alter(`RESET ${name}`)
}

/**
 * A zone (POSIX) whose clock is put back by an hour at that very moment, so that for an hour before it and an
 * hour after it each time of day is met twice. There it is noon.
 */
function zoneThatTurnsBack(at: Date): string {
  const west = at.getUTCHours() - 11
  const day = new Date(Date.UTC(2026, at.getUTCMonth(), at.getUTCDate()))
  const ofYear = Math.round((day.getTime() - Date.UTC(2026, 0, 1)) / 86_400_000) + 1
  const time = `12:${String(at.getUTCMinutes()).padStart(2, '0')}:${String(at.getUTCSeconds()).padStart(2, '0')}`
  // January 1st may be today.
  return `<AFTER>${west}<BEFORE>,J${(ofYear + 180) % 365 || 1}/0,J${ofYear}/${time}`
}

/** Half hours before and after clocks are put back, in Berlin and in New York, within a year from now. */
export function nightsWithTwoHours(): string[] {
  const year = new Date().getUTCFullYear()
  const sunday = (month: number, day: number, of: number) => {
    const date = new Date(Date.UTC(of, month, day))
    return date.getTime() - date.getUTCDay() * 86_400_000
  }
  const turns = [year, year + 1].flatMap((of) => [
    sunday(9, 31, of) + 1 * 3_600_000,
    sunday(10, 7, of) + 6 * 3_600_000,
  ])
  return turns
    .flatMap((turn) => [turn - 1_800_000, turn + 1_800_000])
    .filter((time) => time > Date.now() + 3_600_000 && time < Date.now() + 365 * 86_400_000)
    .map((time) => new Date(time).toISOString())
}
