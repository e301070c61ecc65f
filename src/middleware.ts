import { NextResponse, type NextRequest } from 'next/server'
import { authenticate, type Outcome } from '@/http/authenticate'
import { pageHeaders } from '@/http/page-headers'

export function middleware(request: NextRequest) {
  const outcome = authenticate(request)
  return outcome instanceof Promise ? outcome.then((known) => goOn(request, known)) : goOn(request, outcome)
}

function goOn(request: NextRequest, outcome: Outcome) {
  if ('refusal' in outcome) return outcome.refusal
  const { headers } = outcome
  if (!headers) return NextResponse.next()
  return NextResponse.next({ ...pageHeaders(request, headers), request: { headers } })
}

export const config = { runtime: 'nodejs', matcher: ['/((?!_next/static/).*)'] }
