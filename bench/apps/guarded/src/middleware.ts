import { NextResponse, type NextRequest } from 'next/server'
import { middleware as ours } from '../../../../src/middleware'
import { verifyNaively } from '../../../subjects/naive'

function noop() {
  return NextResponse.next()
}

async function naive(request: NextRequest) {
  const caller = await verifyNaively(request.headers.get('authorization')?.slice('Bearer '.length) ?? '')
  if (!caller) return Response.json({ error: 'unauthorized' }, { status: 401 })
  const headers = new Headers(request.headers)
  headers.set('x-naive-club', caller.clubId)
  headers.set('x-naive-user', caller.userId)
  return NextResponse.next({ request: { headers } })
}

const variants = { noop, naive, middleware: ours }

// One build with three middlewares, one of them chosen when the process starts: all else is the same.
export const middleware = variants[(process.env.BENCH_VARIANT ?? 'noop') as keyof typeof variants]

export const config = { runtime: 'nodejs', matcher: ['/((?!_next/static/).*)'] }
