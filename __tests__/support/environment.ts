// What every test process has, before any module reads it.
process.env.NEXTAUTH_SECRET = 'for-tests-only-for-tests-only-for-tests-only'
// Tests of limits lower them again.
for (const limit of ['PER_KEY', 'PER_CLUB', 'FAILURES_PER_ADDRESS', 'CHANGES_PER_USER'])
  process.env[`RATE_LIMIT_${limit}`] = '1000000'
// A busy machine is no outage. What a caller waits for is measured where it is promised, with the product's
// own setting.
process.env.DATABASE_TIMEOUT_MS = '5000'

// What the app is: the layer asks for it.
require('@/keys')
require('@/on-record')
