// The same handler behind every middleware, so that only the middleware differs.
export const dynamic = 'force-dynamic'
export const GET = () => Response.json({ ok: true })
