import { followChanges } from '@/lib/auth/follow-changes'
import { env, EnvError } from '@/lib/env'
import { connectLimits } from '@/lib/limits/take'
import { watchSupervisor } from '@/lib/process/supervisor'
import { redact } from '@/lib/redact'
import { hookPeerAddress } from './peer'
import { shutDownOnSignal } from './shutdown'

/** What a server process needs before its first request: a checked environment, the peer-address hook, the change channel, an orderly end, and limits that others count, too. */
export async function startProcess(): Promise<void> {
  try {
    env()
  } catch (error) {
    if (!(error instanceof EnvError)) throw error
    process.stderr.write(`The environment is not usable:\n${error.message}\n`)
    process.exit(1)
  }
  redactOutput()
  hookPeerAddress()
  followChanges()
  watchSupervisor()
  shutDownOnSignal()
  await connectLimits()
}

/** The framework prints in its own words, among them addresses with their query: those lines pass the redactor, too. */
function redactOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream) as (...given: unknown[]) => boolean
    stream.write = (chunk: unknown, ...rest: unknown[]) => write(typeof chunk === 'string' ? redact(chunk) : chunk, ...rest)
  }
}
