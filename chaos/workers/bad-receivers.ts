import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { nameServer } from '../../__tests__/support/name-server'
import { addressesOf, BEHAVIOURS, behaviourOf } from '../webhooks/behaviours'

// Receivers that do what they can to others, and the name server that knows them: a process of its own, so that
// what they do takes no time from who measures. Prints where both are, as JSON.

void main()
process.once('disconnect', () => process.exit())
// It may have gone while this one was still starting.
if (!process.connected) process.exit()

async function main(): Promise<void> {
  const names = nameServer(addressesOf)
  await names.start()
  const server = createServer({ keepAlive: false }, (request, response) => {
    for (const stream of [request, response]) stream.on('error', () => {})
    request.resume().on('end', () => {
      const behaviour = behaviourOf(request.headers.host ?? '')
      if (behaviour) BEHAVIOURS[behaviour](response)
    })
  })
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo
    process.stdout.write(JSON.stringify({ port, names: names.address() }))
  })
}
