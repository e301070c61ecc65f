import { followChanges, unfollowChanges } from '@/lib/auth/follow-changes'
import { env, EnvError } from '@/lib/env'
import { watchSupervisor } from '@/lib/process/supervisor'
import { flushUses } from '@/lib/usage/last-used'
import { hookPeerAddress } from './peer'

/** What a server process needs before its first request: a checked environment, the peer-address hook, the change channel, and a flush at its end. */
export function startProcess(): void {
  try {
    env()
  } catch (error) {
    if (!(error instanceof EnvError)) throw error
    process.stderr.write(`The environment is not usable:\n${error.message}\n`)
    process.exit(1)
  }
  hookPeerAddress()
  followChanges()
  watchSupervisor()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void Promise.all([flushUses(), unfollowChanges()]))
}
