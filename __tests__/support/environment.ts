// What every test process has, before any module reads it.
process.env.NEXTAUTH_SECRET = 'for-tests-only-for-tests-only-for-tests-only'
