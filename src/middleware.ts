import { NextResponse, type NextRequest } from 'next/server'
import { authenticate } from '@/http/authenticate'
import { pageHeaders } from '@/http/page-headers'

export async function middleware(request: NextRequest) {
  const outcome = await authenticate(request)
  if ('refusal' in outcome) return outcome.refusal
  return NextResponse.next({ ...pageHeaders(request, outcome.headers), request: { headers: outcome.headers } })
}

export const config = { runtime: 'nodejs', matcher: ['/((?!_next/static/).*)'] }
