import { problemResponse } from '../../../../../../../src/http/problem'

export const dynamic = 'force-dynamic'

/** The handler of in-route mode without its one line. */
export async function GET(request: Request) {
  try {
    return Response.json({ ok: true })
  } catch (error) {
    return problemResponse(request, error, crypto.randomUUID())
  }
}
