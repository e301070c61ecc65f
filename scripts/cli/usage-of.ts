/**
 * What a usage text says of one command, with its first line and, where the command takes a FILTER, what that
 * is; all of it where it says nothing of such a command.
 */
export function usageOf(usage: string, verb: string): string {
  const [first = '', ...lines] = usage.split('\n')
  const start = lines.findIndex((line) => verb !== '' && `${line} `.startsWith(`  ${verb} `))
  if (start === -1) return usage
  const rest = lines.slice(start + 1)
  // Further lines of the same command stand further in.
  const end = rest.findIndex((line) => !line.startsWith('   '))
  const own = [...lines.slice(start, start + 1), ...rest.slice(0, end === -1 ? undefined : end)]
  const filter = lines.findIndex((line) => line.startsWith('a FILTER'))
  const about = filter !== -1 && own.some((line) => line.includes('FILTER')) ? lines.slice(filter) : []
  return [first, ...own, ...about].join('\n')
}
