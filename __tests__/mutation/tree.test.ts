import { isCopied } from '../../mutation/tree'

it('every source is copied, a route with dots in its name too; packages and builds are not', () => {
  expect(
    ['src', 'src/app/api/auth/[...nextauth]/route.ts', 'src/lib/.nextish.ts'].filter(isCopied),
  ).toHaveLength(3)
  expect(['src/node_modules/x', '.next', 'chaos/app/.next/server'].filter(isCopied)).toEqual([])
})
