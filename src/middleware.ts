import '@/club-app'
import { NextResponse, type NextRequest } from 'next/server'
import { answerPage } from '@/app/answer-page'
import { authenticate } from '@/http/authenticate'

export async function middleware(request: NextRequest) {
  const authenticated = await authenticate(request)
  if ('refusal' in authenticated) return authenticated.refusal
  return authenticated.headers ? answerPage(request, authenticated.headers) : NextResponse.next()
}

export const config = { runtime: 'nodejs', matcher: ['/((?!_next/static/).*)'] }
