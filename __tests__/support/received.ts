import { AsyncResource } from 'node:async_hooks'
import type { IncomingMessage } from 'node:http'
import { receive } from '@/http/incoming'

type Sent = { method?: string; url?: string; headers?: Record<string, string>; address?: string | undefined }

/** A message as Node's server makes one of what was sent. */
export function messageOf({
  method = 'GET',
  url = '/api/v1/whoami',
  headers = {},
  address,
}: Sent): IncomingMessage {
  const rawHeaders = Object.entries(headers).flat()
  return {
    method,
    url,
    headers: { ...headers },
    rawHeaders,
    socket: { remoteAddress: address },
  } as unknown as IncomingMessage
}

/** As the server does: each message is received in a context of its own. */
export function receiving<Result>(message: IncomingMessage, then: () => Result): Result {
  return new AsyncResource('test').runInAsyncScope(() => {
    receive(message)
    return then()
  })
}
