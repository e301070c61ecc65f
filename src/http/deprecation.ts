import { definition, isDefined } from '@/contracts/definition'
import type { Operation } from '@/contracts/operation'
import { pathInApp } from './path'

/**
 * What every answer of an operation that is going to end says: since when it should not be begun with
 * (`Deprecation`, RFC 9745), when it ends (`Sunset`, RFC 8594), and where that is explained.
 */
function deprecationHeaders({ deprecated }: Pick<Operation, 'deprecated'>): Record<string, string> {
  if (!deprecated) return {}
  const { since, sunset, page } = deprecated
  return {
    deprecation: `@${Date.parse(since) / 1000}`,
    sunset: new Date(sunset).toUTCString(),
    ...(page !== undefined && { link: `<${page}>; rel="deprecation"` }),
  }
}

/** An answer of this operation, with those headers if it has any. */
export function markDeprecated(operation: Operation, response: Response): Response {
  for (const [name, value] of Object.entries(deprecationHeaders(operation))) response.headers.set(name, value)
  return response
}

/** Those headers for what a request asks for, whoever refuses it: most refusals reach no handler. */
export function deprecationOf(asked: Pick<Request, 'url' | 'method'>): Record<string, string> {
  const operations = isDefined() ? Object.values(definition().operations) : []
  // Nearly always none: a flood of refusals must not pay for the rest.
  if (!operations.some(({ deprecated }) => deprecated)) return {}
  const method = asked.method === 'HEAD' ? 'GET' : asked.method
  const path = pathInApp(asked)
  const isWritten = operations.some((one) => one.path === path)
  const found = operations.find(
    (one) => one.method === method && (isWritten ? one.path === path : fits(one.path, path)),
  )
  return found ? deprecationHeaders(found) : {}
}

/** Whether a path is one of `/things/{id}`. */
function fits(written: string, path: string): boolean {
  const [parts, given] = [written.split('/'), path.split('/')]
  return (
    parts.length === given.length &&
    parts.every((part, n) => part === given[n] || (part.startsWith('{') && given[n] !== ''))
  )
}
