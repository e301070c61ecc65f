import '@/club-app'
import { NextResponse, type NextRequest } from 'next/server'
import { answerPage } from '@/app/answer-page'
import { authenticate, type Outcome } from '@/http/authenticate'

export function middleware(request: NextRequest) {
  const outcome = authenticate(request)
  return outcome instanceof Promise ? outcome.then((known) => goOn(request, known)) : goOn(request, outcome)
}

function goOn(request: NextRequest, outcome: Outcome) {
  if ('refusal' in outcome) return outcome.refusal
  return outcome.headers ? answerPage(request, outcome.headers) : NextResponse.next()
}

export const config = { runtime: 'nodejs', matcher: ['/((?!_next/static/).*)'] }
