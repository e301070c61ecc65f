export type Sample = { title: string; text: string; hint?: string }

/** The names that the docs use, too. */
export const envFile = (origin: string, token: string): string =>
  `CLUBKEYS_URL=${origin}\nCLUBKEYS_KEY=${token}\n`

/** How a new key gets to where it will be used. */
export function keySamples(origin: string, token: string): Sample[] {
  return [
    { title: 'curl', text: `curl ${origin}/api/v1/whoami \\\n  -H "Authorization: Bearer ${token}"` },
    {
      title: '.env',
      text: envFile(origin, token).trimEnd(),
      hint: 'Keep the file out of version control.',
    },
    {
      title: 'GitHub Actions',
      // Without the token: an argument stands in the history of the shell and in the list of processes.
      text: `gh secret set CLUBKEYS_KEY

# in the workflow
env:
  CLUBKEYS_KEY: \${{ secrets.CLUBKEYS_KEY }}
steps:
  - run: >-
      curl -fsS ${origin}/api/v1/whoami
      -H "Authorization: Bearer $CLUBKEYS_KEY"`,
      hint: 'The first line asks for the secret: paste the key there. So it stands in no command.',
    },
    {
      title: 'TypeScript',
      text: `const answer = await fetch('${origin}/api/v1/whoami', {
  headers: { Authorization: \`Bearer \${process.env.CLUBKEYS_KEY}\` },
})
console.log(answer.status, await answer.json())`,
      hint: 'It reads the key from the environment, as .env sets it.',
    },
  ]
}
