import { closeDb } from '@/lib/db/client'
import { startApp } from '../../chaos/stage/app'
import { ownPostgres } from '../../chaos/stage/scene'
import { fuzz } from './fuzz'
import { WITHOUT_LIMITS } from './stage'

const SHOWN = 20

/** `--seed N` repeats a run, `--requests N` makes it longer or shorter. @returns the exit code */
export async function runFuzz(args: readonly string[], write: (text: string) => void): Promise<number> {
  const given = (name: string, otherwise: number) => Number(args[args.indexOf(name) + 1] ?? NaN) || otherwise
  const seed = args.includes('--seed') ? given('--seed', 1) : Date.now() % 2 ** 31
  const requests = args.includes('--requests') ? given('--requests', 12_000) : 12_000
  write(`seed ${seed}\n`)
  const postgres = await ownPostgres()
  try {
    const { NEXTAUTH_SECRET = '' } = process.env
    const app = await startApp(postgres, { ...WITHOUT_LIMITS, NEXTAUTH_SECRET })
    try {
      const { mismatches, statuses, done } = await fuzz(app.port, { seed, requests })
      for (const one of mismatches.slice(0, SHOWN)) write(`${one}\n`)
      write(`${requests} requests, ${done} operations done, answers by status ${JSON.stringify(statuses)}\n`)
      write(`${mismatches.length} mismatches\n`)
      return mismatches.length === 0 ? 0 : 1
    } finally {
      await closeDb()
      await app.stop()
    }
  } finally {
    await postgres.remove()
  }
}
