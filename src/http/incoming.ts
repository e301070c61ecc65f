import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingMessage } from 'node:http'
import { CONTEXT_HEADER, IDENTITY_HEADERS } from './headers'

const shared = globalThis as typeof globalThis & { clubkeysIncoming?: AsyncLocalStorage<IncomingMessage> }

/** Takes away what a client may not say and remembers the message for all that follows from it. Before the framework sees it. */
export function receive(incoming: IncomingMessage): void {
  // A session counts only where nothing else is presented; nobody further in could see that this had been.
  if (incoming.headers[CONTEXT_HEADER] !== undefined) delete incoming.headers.cookie
  // Only what is there: deleting makes the object a slow one.
  for (const name of IDENTITY_HEADERS) if (incoming.headers[name] !== undefined) delete incoming.headers[name]
  shared.clubkeysIncoming ??= new AsyncLocalStorage()
  shared.clubkeysIncoming.enterWith(incoming)
}

/**
 * Hands headers on to the handler of this request, on the message that it will read. The framework's own way copies every header of a
 * request three times, which costs more than verifying it.
 * @returns false where the message is unknown (no hook) or is not the one that `request` was made of: then nothing was done
 */
export function handOn(request: Request, headers: Record<string, string>): boolean {
  const incoming = shared.clubkeysIncoming?.getStore()
  if (!incoming || !presentsTheSame(incoming, request)) return false
  Object.assign(incoming.headers, headers)
  return true
}

/** What was found out about one credential is written to no message that carries another. */
function presentsTheSame({ method, headers }: IncomingMessage, request: Request): boolean {
  return (
    method === request.method &&
    (headers.authorization ?? null) === request.headers.get('authorization') &&
    (headers['x-api-key'] ?? null) === request.headers.get('x-api-key')
  )
}
