/**
 * The path as the framework hands it to middleware and handler alike: the one asked for, before any rewrite.
 */
export function pathOf({ url }: Pick<Request, 'url'>): string {
  // A Request's URL is written by the URL standard's own serialiser: parsing it again would say the same, ten
  // times slower.
  const start = url.indexOf('/', url.indexOf('//') + 2)
  const query = url.indexOf('?', start)
  const fragment = url.indexOf('#', start)
  const end = query === -1 || (fragment !== -1 && fragment < query) ? fragment : query
  return end === -1 ? url.slice(start) : url.slice(start, end)
}

/** Whether a path is the API's; what is not is a page or a file. */
export const isApi = (path: string): boolean => path === '/api' || path.startsWith('/api/')
