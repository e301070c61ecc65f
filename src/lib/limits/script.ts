import type { Limit } from './limit'

/**
 * The rules of `counters.ts` in Lua, which Redis runs as one: all limits of a request are decided in one
 * round trip, and counted together or not at all. By Redis's clock, the only one that all processes share.
 *
 * KEYS: one counter for each limit. ARGV: for each, how many calls, its window in milliseconds, and 1 where
 * it refuses. Returns 1 or 0, then for each limit what is used and how many milliseconds are left.
 */
export const SCRIPT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local used, ends, full, allowed = {}, {}, {}, 1
for i, key in ipairs(KEYS) do
  local limit, window = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1])
  local kept = redis.call('HMGET', key, 'used', 'ends')
  used[i], ends[i] = tonumber(kept[1] or 0), tonumber(kept[2] or 0)
  if now >= ends[i] or ends[i] - now > window then
    used[i], ends[i] = 0, now + window
  end
  full[i] = used[i] >= limit
  if full[i] and ARGV[3 * i] == '1' then allowed = 0 end
end
local answer = { allowed }
for i, key in ipairs(KEYS) do
  if allowed == 1 and not full[i] then
    used[i] = used[i] + 1
    redis.call('HSET', key, 'used', used[i], 'ends', ends[i])
    redis.call('PEXPIRE', key, ends[i] - now)
  end
  answer[2 * i], answer[2 * i + 1] = used[i], ends[i] - now
end
return answer
`

/** The script's ARGV for these limits. */
export const scriptArguments = (limits: readonly Limit[]): number[] =>
  limits.flatMap(({ limit, windowSeconds, onlyCounts }) => [limit, windowSeconds * 1000, onlyCounts ? 0 : 1])

/**
 * Takes one call back under each of KEYS: for a request that two scripts had to count, when the second one
 * had no room.
 */
export const GIVE_BACK = `
for _, key in ipairs(KEYS) do
  if tonumber(redis.call('HGET', key, 'used') or 0) > 0 then redis.call('HINCRBY', key, 'used', -1) end
end
return {}
`
