import { followChanges } from '@/lib/auth/follow-changes'
import { db } from '@/lib/db/client'
import { assertSettings } from '@/lib/db/look'
import { DatabaseRefusal } from '@/lib/db/refusal'
import { env, EnvError, tellNextAuthWhere } from '@/lib/env'
import { connectLimits } from '@/lib/limits/take'
import { log } from '@/lib/log'
import { watchSupervisor } from '@/lib/process/supervisor'
import { sweepEverySoOften } from '@/lib/sweep/schedule'
import { boundConnections } from './connections'
import { headEveryAnswer } from './every-answer'
import { hookRequests } from './incoming'
import { takeRequestsIn } from './intake/intake'
import { boundOutput } from './output'
import { shutDownOnSignal } from './shutdown'

/**
 * What a server process needs before its first request: a checked environment, bounds on what it prints, the
 * hooks on requests, bounds on connections, headers on every answer, the change channel, an orderly end, and
 * limits that others count, too.
 */
export async function startProcess(): Promise<void> {
  try {
    tellNextAuthWhere()
  } catch (error) {
    if (!(error instanceof EnvError)) throw error
    end(`The environment is not usable:\n${error.message}`)
  }
  boundOutput()
  hookRequests()
  takeRequestsIn()
  boundConnections()
  headEveryAnswer()
  followChanges()
  watchSupervisor()
  sweepEverySoOften()
  shutDownOnSignal()
  await Promise.all([connectLimits(), warmUp()])
}

/**
 * The database's client takes this process most of a second to load. The first callers would wait for it, and
 * some be told 503.
 */
async function warmUp(): Promise<void> {
  try {
    await assertSettings(env().DATABASE_URL ?? '', 'DATABASE_URL')
    await db().$queryRaw`SELECT 1`
  } catch (error) {
    if (error instanceof DatabaseRefusal && !error.passing) end(error.message)
    log.warn({ err: error }, 'the database did not answer at the start')
  }
}

/** Logs once what would keep every request from being served. */
function end(reason: string): never {
  process.stderr.write(`${reason}\n`)
  process.exit(1)
}
