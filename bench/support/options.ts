/** What one run does. `quick`: a few short rounds, printed only. */
export type Options = { quick: boolean; only: readonly string[] | null; rounds: number }

/** @throws Error that tells how the command is used */
export function readOptions(args: readonly string[], suites: readonly string[]): Options {
  const rest = [...args]
  let quick = false
  let only: string[] | null = null
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    const [option, inline] = name.split('=')
    if (option === '--quick') quick = true
    else if (option === '--only') only = (inline ?? rest.shift() ?? '').split(',')
    else throw usage(suites)
  }
  if (only?.some((suite) => !suites.includes(suite))) throw usage(suites)
  return { quick, only, rounds: quick ? 3 : 7 }
}

const usage = (suites: readonly string[]) =>
  new Error(`usage: npm run bench -- [--quick] [--only ${suites.join(',')}]`)
