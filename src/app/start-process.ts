import { writeSync } from 'node:fs'
import { startLayer, warmUp } from '@/http/start-process'
import { env, EnvError, tellNextAuthWhere } from '@/lib/env'
import { mailOnEvents } from '@/lib/letters/on-events'
import { sendMailsFromNowOn } from '@/lib/mail/run'
import { watchSupervisor } from '@/lib/process/supervisor'
import { redact } from '@/lib/redact'
import { sendWebhooks } from '@/lib/webhooks/work'

/** The club app's own process: all takeovers, and no start that could serve nobody. */
export async function startProcess(): Promise<void> {
  try {
    tellNextAuthWhere()
  } catch (error) {
    if (!(error instanceof EnvError)) throw error
    end(`The environment is not usable:\n${error.message}`)
  }
  watchSupervisor()
  mailOnEvents()
  const requests = env().REQUEST_LOG === 'on'
  const all = { connections: true, bodies: true, headers: true, signals: true, output: true, requests }
  await Promise.all([startLayer(all), warmUp(end)])
  // Only now is it known whether a pooler stands between, which mixes up prepared statements.
  sendWebhooks()
  sendMailsFromNowOn()
}

/**
 * Says once, in plain words, what would keep every request from being served: a probe may have come already,
 * and from then on what is written to `process.stderr` becomes a line of the log.
 */
function end(reason: string): never {
  try {
    writeSync(2, `${redact(reason)}\n`)
  } finally {
    process.exit(1)
  }
}
