type Headers = [string, string][]

/**
 * Names under which proxies, frameworks and our own hook write the client's address, all claiming the same
 * one.
 */
export const forgedAddresses = (address: string): Headers[] => [
  [['X-Forwarded-For', address]],
  [['x-forwarded-for', `${address}, 127.0.0.1`]],
  [['X-Forwarded-For', `127.0.0.1, ${address}`]],
  [
    ['X-Forwarded-For', address],
    ['X-Forwarded-For', '203.0.113.8'],
  ],
  [['X-Forwarded-For', '']],
  [['X-Real-IP', address]],
  [['Forwarded', `for=${address};by=127.0.0.1`]],
  [
    ['X-Client-IP', address],
    ['CF-Connecting-IP', address],
    ['True-Client-IP', address],
  ],
  [['x-clubkeys-peer', address]],
  [
    ['X-Clubkeys-Peer', address],
    ['X-CLUBKEYS-PEER', '203.0.113.8'],
  ],
  [
    ['x-clubkeys-peer', ''],
    ['x_clubkeys_peer', address],
  ],
  [
    ['x-middleware-request-x-clubkeys-peer', address],
    ['x-middleware-override-headers', 'x-clubkeys-peer'],
  ],
  [
    ['Connection', 'close, x-clubkeys-peer'],
    ['x-clubkeys-peer', address],
  ],
]
