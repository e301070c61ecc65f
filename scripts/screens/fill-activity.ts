import { db } from '@/lib/db/client'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const ago = (ms: number) => new Date(Date.now() - ms)

const BROWSER =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36'
const PLACES = [
  ['203.0.113.7', 'curl/8.14.1'],
  ['2001:db8:85a3:1234:5678:8a2e:370:7334', 'clubkeys-client/0.1.0 node/24.21.0'],
  ['203.0.113.8', BROWSER],
  ['198.51.100.24', 'python-requests/2.32.5'],
  ['198.51.100.25', null],
  ['192.0.2.44', 'Go-http-client/2.0'],
  ['192.0.2.45', 'okhttp/5.1.0'],
] as const

/** A month of calls, as a busy key has it: the same in every picture. */
export async function fillActivity(clubId: string, apiKeyId: string): Promise<void> {
  const days = Array.from({ length: 30 }, (_, day) => ({
    ...{ apiKeyId, clubId, hour: ago(day * DAY_MS + HOUR_MS) },
    requests: day === 11 ? 0 : Math.round(900 + 500 * Math.sin(day / 2.2) + 300 * Math.cos(day * 1.7)),
    limited: day % 9 === 4 ? 160 : 0,
    denied: day === 6 ? 85 : day % 13 === 2 ? 9 : 0,
    errors: day === 17 ? 120 : 0,
  }))
  for (const { hour, ...day } of days) {
    const whole = new Date(Math.floor(hour.getTime() / HOUR_MS) * HOUR_MS)
    await db().apiKeyUsage.create({ data: { ...day, hour: whole } })
  }
  await db().apiKeyPlace.createMany({
    data: PLACES.map(([address, userAgent], at) => ({
      ...{ apiKeyId, clubId, place: String(at), address, userAgent },
      lastUsedAt: ago(1.1 * HOUR_MS * (at * at + 1)),
    })),
  })
  await db().apiKeyScopeUse.createMany({
    data: ['practices:read', 'api-keys:read'].map((scope, at) => ({
      ...{ apiKeyId, clubId, scope },
      lastUsedAt: ago(1.1 * HOUR_MS * (1 + at * 40)),
    })),
  })
}

/** One of its scopes was needed of late, the others never. */
export async function leaveUnused(clubId: string, id: string): Promise<void> {
  await db().apiKey.update({ where: { id }, data: { scopesSince: ago(166 * DAY_MS) } })
  await db().apiKeyScopeUse.create({
    data: { apiKeyId: id, clubId, scope: 'practices:read', lastUsedAt: ago(9 * HOUR_MS) },
  })
}
