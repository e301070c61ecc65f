import { NextResponse, type NextRequest } from 'next/server'
import { authenticate } from '@/http/authenticate'

export async function middleware(request: NextRequest) {
  const outcome = await authenticate(request)
  return 'refusal' in outcome ? outcome.refusal : NextResponse.next({ request: { headers: outcome.headers } })
}

export const config = { runtime: 'nodejs', matcher: ['/((?!_next/static/).*)'] }
