import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const FILE = path.join(__dirname, 'accepted.txt')

/** How the states looked when somebody last looked at them: likenesses, by state and width. */
export function readAccepted(): Map<string, string> {
  if (!existsSync(FILE)) return new Map()
  const lines = readFileSync(FILE, 'utf8').split('\n').filter(Boolean)
  return new Map(
    lines.map((line) => {
      const [likeness = '', ...name] = line.split(' ')
      return [name.join(' '), likeness]
    }),
  )
}

export function writeAccepted(looks: ReadonlyMap<string, string>): void {
  writeFileSync(FILE, [...looks].map(([name, likeness]) => `${likeness} ${name}\n`).join(''))
}
