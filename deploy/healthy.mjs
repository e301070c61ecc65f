// Exit 0: the process answers. For Docker, which has no probes of HTTP.
const { HOST = '', PORT = '3000' } = process.env
const host = HOST === '' || HOST === '0.0.0.0' || HOST === '::' ? '127.0.0.1' : HOST
const where = `http://${host.includes(':') ? `[${host}]` : host}:${PORT}/api/health/live`
const answer = await fetch(where, { signal: AbortSignal.timeout(2_500) }).catch(() => null)
process.exit(answer?.ok ? 0 : 1)
