import type { Operation } from '@/contracts/operation'

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
