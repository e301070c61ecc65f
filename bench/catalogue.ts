/** A promise about a figure. */
export type Goal = { most: number } | { least: number }

export type Meaning = {
  what: string
  goal?: Goal
  /** What stands in the way, told beside the figure when the goal is missed. */
  missed?: string
}

/** Every figure that has something to be held against, in the order in which they are reported. */
export const GOALS: Record<string, Meaning> = {
  cached_vs_limit: {
    what: 'cached verifications a second, against a bare SHA-256 and LRU lookup',
    goal: { least: 0.5 },
  },
  cached_vs_better_auth_c20: {
    what: 'cached verifications a second against Better Auth, 20 at a time',
    goal: { least: 400 },
  },
  cached_p99_us: { what: 'p99 of a cached verification', goal: { most: 50 } },
  statements_cached: { what: 'statements per cached verification, counted by the server', goal: { most: 0 } },
  uncached_vs_join_c1: {
    what: 'uncached verifications a second against one named join through raw `pg`, one at a time',
    goal: { least: 0.45 },
  },
  uncached_vs_join_c20: { what: 'the same, 20 at a time', goal: { least: 0.6 } },
  uncached_vs_better_auth_c20: {
    what: 'uncached verifications a second against Better Auth, 20 at a time',
    goal: { least: 5 },
  },
  statements_uncached: { what: 'statements per uncached verification', goal: { most: 1 } },
  statement_make_us: { what: 'making the signed context', goal: { most: 5 } },
  statement_check_us: { what: 'checking it', goal: { most: 5 } },
  http_middleware_cpu_vs_noop: {
    what: 'server CPU per request in middleware mode, against a middleware that does nothing',
    goal: { most: 1.05 },
    missed:
      'In a loop of its own the door takes 4 µs and the handler’s check 3 µs; in a server the door costs ten times as much, though every function of it is compiled by the optimizing compiler and none is ever thrown out again. A profile by ticks shows no place to mend: our own functions have some 5 µs of it, no built-in of the engine gained more than 2.5 µs, collection takes as long per request as without us, and a request makes the same three system calls. What is left is four more headers through the framework, which copies each three times, and half a millisecond of the framework between two requests, which drives the door out of the caches. Tried so far: no promise on the way of a cached key, the identity handed on by the received message instead of the framework’s header override, a statement of a fifth of the bytes, the peer’s address without a header, one reading and one hash of the token, fewer objects. One process differs from the next by 3 % and more.',
  },
  http_inroute_cpu_vs_none: {
    what: 'server CPU per request in in-route mode, against no authentication at all',
    goal: { most: 1.05 },
    missed:
      'Some 33 µs, for the same reasons as in middleware mode, over a request that costs a third of a millisecond in all: 5 % of it would be 15 µs. The hooks at the socket are a third of it, the door the rest.',
  },
  http_p95_vs_noop_c20: {
    what: 'p95 in middleware mode against a middleware that does nothing, 20 connections',
    goal: { most: 1.1 },
    missed:
      'It is the cost of `http_middleware_cpu_vs_noop`, seen as time: with one core full, each request waits for those before it. Two days before, with the machine to itself, it was 1.09 ×.',
  },
  http_p95_ms_c1: { what: 'p95 in middleware mode, one connection', goal: { most: 10 } },
  http_p95_ms_200_per_s: { what: 'p95 in middleware mode at a fixed 200 requests/s', goal: { most: 10 } },
  create_p95_ms: { what: 'p95 of creating a key over HTTP', goal: { most: 500 } },
  list_100_p95_ms: { what: 'p95 of listing 100 keys over HTTP', goal: { most: 500 } },
  pages_next_answer_ms: {
    what: 'the server’s answer for the next page of 10,000 keys, from the click on',
    goal: { most: 150 },
  },
  pages_next_drawn_ms: { what: 'until that page is drawn', goal: { most: 150 } },
  pages_key_answer_ms: { what: 'the server’s answer for the page of a key', goal: { most: 100 } },
  pages_lcp_keys_ms: { what: 'largest contentful paint of the list of keys', goal: { most: 1_000 } },
  pages_lcp_key_ms: { what: 'the same of the page of a key', goal: { most: 1_000 } },
  pages_lcp_overview_ms: { what: 'the same of the overview', goal: { most: 1_000 } },
  pages_lcp_members_ms: { what: 'the same of the members', goal: { most: 1_000 } },
  pages_lcp_audit_ms: { what: 'the same of the audit log', goal: { most: 1_000 } },
  pages_shift: { what: 'the most that things moved on any of these pages (CLS)', goal: { most: 0.02 } },
  scale_p50_ratio: { what: 'uncached p50 among the most keys, against 10,000', goal: { most: 1.3 } },
  scale_p99_ratio: { what: 'uncached p99 among the most keys, against 10,000', goal: { most: 2 } },
  scale_cached_ratio: {
    what: 'time of a cached verification among the most keys, against 10,000',
    goal: { most: 1.1 },
  },
  cache_100k_mb: { what: 'resident memory of 100,000 cached keys', goal: { most: 100 } },
  import_rows_per_s: {
    what: 'rows a second of an import of 100,000 tokens in plaintext, from the command’s start to its end',
    goal: { least: 1_667 },
    missed:
      'The command computes as long as it runs, and this run shared the machine with other work: Better Auth made 1,280 verifications a second, where it had made 2,400 two days before.',
  },
  import_sha256_rows_per_s: { what: 'the same of SHA-256 digests', goal: { least: 1_667 } },
  import_peak_mb: {
    what: 'the most memory that an import held, of either kind, with a heap of 96 MB',
    goal: { most: 400 },
  },
  revocation_p99_ms: {
    what: 'p99 from the commit to the first refusal in another process',
    goal: { most: 50 },
  },
  revocation_cut_max_ms: { what: 'the longest, with the change channel cut silently', goal: { most: 5_000 } },
  revocation_restart_max_ms: {
    what: 'the longest, with Postgres killed and restarted',
    goal: { most: 5_000 },
  },
  usage_lost: {
    what: 'uses of a key that a clean shutdown of the servers left uncounted',
    goal: { most: 0 },
  },
  wrong_acceptances: {
    what: 'acceptances after the first refusal, or later than promised',
    goal: { most: 0 },
  },
}

/** Everything else that is measured, for whoever wants to know. */
export const OTHERS: Record<string, string> = {
  cached_per_s: 'cached verifications, one at a time',
  cached_per_s_c20: 'the same, 20 at a time',
  limit_cached_per_s: 'bare SHA-256 and LRU lookups',
  cached_vs_better_auth_c1: 'cached verifications against Better Auth, one at a time',
  cached_p50_us: 'p50 of a cached verification',
  uncached_per_s_c1: 'uncached verifications, one at a time',
  uncached_per_s_c20: 'the same, 20 at a time',
  join_per_s_c1: 'named joins through raw `pg`, one at a time',
  join_per_s_c20: 'the same, 20 at a time',
  uncached_p50_us: 'p50 of an uncached verification',
  uncached_p99_us: 'p99 of an uncached verification',
  naive_per_s_c1: 'verifications of the naive design, one at a time',
  naive_per_s_c20: 'the same, 20 at a time',
  uncached_vs_naive_c20: 'uncached verifications against the naive design, 20 at a time',
  statements_naive: 'statements per verification, naive design',
  better_auth_per_s_c1: 'verifications of Better Auth, one at a time',
  better_auth_per_s_c20: 'the same, 20 at a time',
  statements_better_auth: 'statements per verification, Better Auth',
  cached_cpu_us: 'CPU per cached verification',
  uncached_cpu_us: 'CPU of this process per uncached verification, 20 at a time',
  join_cpu_us: 'the same for the named join',
  naive_cpu_us: 'the same for the naive design',
  better_auth_cpu_us: 'the same for Better Auth',
  bcrypt_scan_s: 'one scan through 1,000 clients with bcrypt (cost 10), the key in the middle',
  authenticate_us: 'all that the middleware does for a cached key, without the framework',
  context_us: 'all that `getAuthContext` does behind it',
  http_req_per_s: 'requests in middleware mode, 20 connections, one core',
  http_inroute_cpu_vs_noop: 'server CPU per request in in-route mode, against a middleware that does nothing',
  http_naive_cpu_vs_noop:
    'server CPU per request of the naive design, against a middleware that does nothing',
  http_p95_vs_noop_c1: 'p95 in middleware mode against a middleware that does nothing, one connection',
  http_p50_vs_noop_c20: 'p50 in middleware mode against a middleware that does nothing, 20 connections',
  pages_next_drawn_p95_ms: 'p95 until the next page of 10,000 keys is drawn',
  pages_key_drawn_ms: 'until the page of a key is drawn, from the click in the list on',
  pages_key_drawn_p95_ms: 'p95 of the same',
  pages_revoke_all_s: 'revoking 10,000 keys from their page, each with its audit event',
  scale_10k_p50_us: 'uncached p50 among 10,000 keys',
  scale_10k_p99_us: 'uncached p99 among 10,000 keys',
  scale_1m_p50_us: 'uncached p50 among 1,000,000 keys',
  scale_1m_p99_us: 'uncached p99 among 1,000,000 keys',
  scale_10m_p50_us: 'uncached p50 among 10,000,000 keys',
  scale_10m_p99_us: 'uncached p99 among 10,000,000 keys',
  cache_100k_heap_mb: 'JavaScript heap of 100,000 cached keys',
  revocation_p50_ms: 'p50 from the commit to the first refusal in another process',
  revocation_max_ms: 'the longest of them',
}

/** The variants of the HTTP suite, side by side in a table of their own. */
export const HTTP_VARIANTS: Record<string, string> = {
  none: 'no middleware, no authentication',
  in_route: 'clubkeys, in-route mode',
  noop: 'a middleware that does nothing',
  middleware: 'clubkeys, middleware mode',
  naive: 'the naive design in a middleware',
}

export const HTTP_COLUMNS: Record<string, string> = {
  req_per_s: 'req/s',
  p50_ms: 'p50 ms',
  p95_ms: 'p95 ms',
  p99_ms: 'p99 ms',
  cpu_ms: 'CPU ms',
  p50_ms_c1: 'p50 ms, one connection',
}

/** How each suite went about it. */
export const METHOD: Record<string, string> = {
  verify:
    'In process: each contestant in a process of its own on the measured core, over the same 1,000 keys in turn (Better Auth: 1,000 of its own, made through its API, on the same server). Uncached is ours with room for one cached key, so that every token is looked up and stored. Latencies are taken in bursts of their own. Statements are those of `pg_stat_statements` for the role and database, BEGIN and COMMIT included; the heartbeats of the change channel (2 a second and process) go through a connection of their own and are not part of any verification. The naive design selects by SHA-256, writes `lastUsedAt` without waiting and selects the membership, with Prisma as it comes.',
  http: 'HTTP: `next start`, the same one-line handler everywhere; the three middlewares are one build. Every variant runs in a process of its own each round, warmed up for 12 s, until the compiler is done with most of the framework. The load comes from a closed loop of keep-alive connections on another core; CPU is the server process’s user and system time.',
  pages:
    'Pages: headless Chromium and the product’s server, in a club of 10,000 keys, 20 owners and 301 members. Paints are those of a first visit, with nothing cached and the browser’s processor slowed down to a quarter. The server has one core; the browser is not pinned.',
  scale:
    'Scale: rows come in by COPY before indexes, foreign keys and triggers, then `VACUUM ANALYZE`. Every round looks up other keys from all over the table. The server’s `shared_buffers` are 64 MB, as shipped.',
  memory:
    'Memory: the resident set of one process after a collection, before and after its cache is in use; it has looked up every key both times. V8’s young generation has its full size (128 MB) from the start, as it comes to under any load: grown in between, by up to 96 MB, it would be counted as keys.',
  imports:
    'Imports: `keys import` of a CSV file of 100,000 rows, one of them bad, for 100 owners, on an empty database each time, with `--max-old-space-size=96`: an import whose memory grew with its rows would not end. The file is read twice, as always. 100,000 rows in a minute are 1,667 a second. The peak is the resident set’s own (`VmHWM`).',
  revocation:
    'Revocation: two servers in middleware mode, each polled every millisecond; a third process calls `revokeApiKey`. Time runs from the moment the commit is acknowledged to the first 401 received. Cut: both servers hear changes through a relay that stops forwarding and closes nothing, keys are revoked at once and until 3 s later. Restart: Postgres is killed (SIGQUIT) and started again, the revocations go in as soon as it takes connections. Before each, the server’s statement count proves that the key is answered from memory. Afterwards every revoked key is tried once more.',
}
