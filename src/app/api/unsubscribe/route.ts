import { requestIdOf } from '@/http/incoming'
import { problemResponse } from '@/http/problem'
import { methods } from '@/http/route'
import { env } from '@/lib/env'
import { notFound } from '@/lib/errors'
import { endMails } from '@/lib/notifications/end-mails'

export const dynamic = 'force-dynamic'

const linkIn = (request: Request): string => new URL(request.url).searchParams.get('t') ?? ''

/**
 * One click in a mail program (RFC 8058). Only this ends anything: programs that look into links before people
 * do send no POST.
 */
async function end(request: Request): Promise<Response> {
  try {
    if (!(await endMails(linkIn(request)))) throw notFound()
    return new Response('You will get no more of these mails.\n', {
      headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
    })
  } catch (error) {
    return problemResponse(request, error, requestIdOf(request))
  }
}

/** Whoever opens the link in a browser gets a page that asks. */
function show(request: Request): Promise<Response> {
  const page = new URL('/unsubscribe', env().NEXTAUTH_URL)
  page.searchParams.set('t', linkIn(request))
  return Promise.resolve(new Response(null, { status: 303, headers: { location: page.href } }))
}

export const { GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE } = methods({ GET: show, POST: end })
