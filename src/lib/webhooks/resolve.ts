import { Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import { SendFailure } from './failure'

/** How long a name server is waited for, in milliseconds, and how often it is asked. */
const PATIENCE = { timeout: 2_000, tries: 2 } as const
/** More addresses of one name than that are not tried. */
const MOST = 8

/** On `globalThis`: the framework loads modules more than once. */
const shared = globalThis as typeof globalThis & { clubkeysNameServers?: readonly string[] }

/** Has names resolved by these servers, and not by the system's. */
export const resolveBy = (servers: readonly string[]): void => void (shared.clubkeysNameServers = servers)

/**
 * The addresses of a host, asked for once. Past the system's resolver: that one has four threads for the whole
 * process, which slow name servers would keep busy. So names of the hosts file are not known.
 * @throws SendFailure `dns`
 */
export async function addressesOf(host: string, signal: AbortSignal): Promise<string[]> {
  const bare = host.replace(/^\[(.*)\]$/, '$1')
  if (isIP(bare) !== 0) return [bare]
  // No name server knows it (RFC 6761 §6.3).
  if (/(^|\.)localhost\.?$/.test(bare)) return ['127.0.0.1']
  const resolver = new Resolver(PATIENCE)
  if (shared.clubkeysNameServers) resolver.setServers(shared.clubkeysNameServers)
  signal.addEventListener('abort', () => resolver.cancel(), { once: true })
  const answers = await Promise.allSettled([resolver.resolve4(bare), resolver.resolve6(bare)])
  const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
  if (found.length === 0) throw new SendFailure('dns', 'The name of the host has no address.')
  return found.slice(0, MOST)
}
