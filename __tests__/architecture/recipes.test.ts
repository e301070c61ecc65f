import { readFileSync } from 'node:fs'

// What docs/other-apps.md says to write is what the tests of it run.

const page = readFileSync('docs/other-apps.md', 'utf8')

it('the verb with an Idempotency-Key is the code that was tried', () => {
  const code = readFileSync('fixtures/host-app/src/app/api/v1/orders/route.ts', 'utf8')
  expect(page).toContain(`\`\`\`ts\n${code}\`\`\`\n`)
})

it.each(['next-auth', 'authjs', 'better-auth', 'clerk'])(
  'the recipe for %s is the code that was tried',
  (name) => {
    const code = readFileSync(`fixtures/sign-ins/app/src/sign-ins/${name}.ts`, 'utf8')
    // Two releases of one package stand side by side there.
    expect(page).toContain(`\`\`\`ts\n${code.replaceAll("'authjs", "'next-auth")}\`\`\`\n`)
  },
)
