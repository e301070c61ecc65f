import { spawn } from 'node:child_process'

// `npm run format`: writes every file the way `npm run check` wants it.

const child = spawn(
  process.execPath,
  ['node_modules/prettier/bin/prettier.cjs', '.', '--write', '--log-level', 'warn'],
  {
    stdio: 'inherit',
  },
)
child.on('error', (error) => {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
})
child.on('close', (code) => (process.exitCode = code ?? 1))
