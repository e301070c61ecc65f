export { middleware } from '../../../../src/middleware'

export const config = { runtime: 'nodejs', matcher: ['/((?!_next/static/).*)'] }
