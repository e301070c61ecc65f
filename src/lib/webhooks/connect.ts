import { connect as connectPlainly, isIP, type LookupFunction, type Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import { reachOf, type Reach } from './addresses'
import { SendFailure } from './failure'
import { addressesOf } from './resolve'

/** How long a connection may take, its handshake included, in milliseconds. */
const CONNECT_MS = 5_000
/** Elsewhere other things listen than web servers. */
const PORTS = ['443', '8443']

export type Connection = { socket: Socket; reach: Reach }

const REFUSED = 'The host has an address that webhooks are not sent to.'

/**
 * Connects to where a URL leads. Its name is resolved once; every address is checked, and the connection goes
 * to those and no other: a name that leads elsewhere a moment later leads nowhere. No proxy is used, whatever
 * the environment says.
 * @throws SendFailure
 */
export async function connectTo(url: URL, signal: AbortSignal): Promise<Connection> {
  const addresses = await addressesOf(url.hostname, signal)
  const reaches = addresses.map(reachOf)
  if (reaches.includes(null)) throw new SendFailure('address', REFUSED)
  const reach = reaches.includes('public') ? 'public' : 'allowed'
  if (reach === 'public' && url.protocol !== 'https:')
    throw new SendFailure('address', 'Webhooks are sent by https alone.')
  if (reach === 'public' && !PORTS.includes(url.port || '443'))
    throw new SendFailure('address', `Webhooks are sent to the ports ${PORTS.join(' and ')} alone.`)
  const socket = await open(url, addresses, signal)
  // The one thing that decides: where it really leads.
  const led = reachOf(socket.remoteAddress ?? '')
  if (led === null || (reach === 'allowed' && led !== 'allowed')) {
    socket.destroy()
    throw new SendFailure('address', REFUSED)
  }
  // Not what its name promised: that may have a public address beside one of ours.
  return { socket, reach: led }
}

/** Gives what was resolved before, whoever asks. */
const pinned =
  (addresses: readonly string[]): LookupFunction =>
  (_host, options, done) => {
    const all = addresses.map((address) => ({ address, family: isIP(address) }))
    const [first] = all
    if (options.all) done(null, all)
    else done(null, first?.address ?? '', first?.family)
  }

function open(url: URL, addresses: readonly string[], signal: AbortSignal): Promise<Socket> {
  const secure = url.protocol === 'https:'
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const to = {
    host,
    port: Number(url.port || (secure ? 443 : 80)),
    lookup: pinned(addresses),
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: 1_500,
  }
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const socket = secure
    ? connectSecurely({
        ...to,
        ...(isIP(host) === 0 && { servername: host }),
        ALPNProtocols: ['http/1.1'],
        // The environment cannot switch it off.
        rejectUnauthorized: true,
      })
    : connectPlainly(to)
  const giveUp = (failure: SendFailure) => {
    socket.destroy()
    reject(failure)
  }
  const late = setTimeout(
    () => giveUp(new SendFailure('timeout', 'No connection within 5 seconds.')),
    CONNECT_MS,
  )
  const cut = () => giveUp(new SendFailure('timeout', 'No answer in time.'))
  signal.addEventListener('abort', cut, { once: true })
  const failed = (error: NodeJS.ErrnoException) => giveUp(failureOf(error))
  socket.once('error', failed)
  socket.once(secure ? 'secureConnect' : 'connect', () => resolve(socket))
  return promise.finally(() => {
    clearTimeout(late)
    signal.removeEventListener('abort', cut)
    socket.off('error', failed)
    // Whatever breaks later is told by the request that uses it.
    socket.on('error', () => {})
  })
}

/** In words that tell nothing of the network beyond what the receiver's owner needs. */
function failureOf({ code = '' }: NodeJS.ErrnoException): SendFailure {
  if (/^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|HOSTNAME|EPROTO)/.test(code))
    return new SendFailure('tls', `The host’s certificate is not good (${code}).`)
  if (code === 'ETIMEDOUT') return new SendFailure('timeout', 'No connection in time.')
  return new SendFailure('connect', `No connection (${code || 'refused'}).`)
}
