import { followChanges } from '@/lib/auth/follow-changes'
import { env, EnvError } from '@/lib/env'
import { watchSupervisor } from '@/lib/process/supervisor'
import { hookPeerAddress } from './peer'
import { shutDownOnSignal } from './shutdown'

/** What a server process needs before its first request: a checked environment, the peer-address hook, the change channel, and an orderly end. */
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
  shutDownOnSignal()
}
