import { NextResponse } from 'next/server'
import { requestIdOf } from '@/http/incoming'
import { isApi, pathOf } from '@/http/path'
import { problemResponse } from '@/http/problem'
import { countPage, isCountedPage } from './page-calls'
import { pageHeaders } from './page-headers'

/**
 * Leads a request for a page on, counted and with what every page is answered with; one for the API as it is.
 * @param headers the request's own, without what a client may not say
 */
export function answerPage(request: Request, headers: Headers): Response | Promise<Response> {
  const path = pathOf(request)
  if (isApi(path)) return NextResponse.next({ request: { headers } })
  const asked = path + queryOf(request)
  const page = () => NextResponse.next({ ...pageHeaders(asked, headers), request: { headers } })
  // The door has refused what cannot be decoded.
  if (!isCountedPage(request, decodeURIComponent(path))) return page()
  return countPage(request).then(page, (error: unknown) =>
    problemResponse(request, error, requestIdOf(request)),
  )
}

/** What the page was asked for, without what the router adds for itself. */
function queryOf({ url }: Request): string {
  const { search, searchParams } = new URL(url)
  if (!searchParams.has('_rsc')) return search
  searchParams.delete('_rsc')
  return searchParams.size > 0 ? `?${searchParams.toString()}` : ''
}
