import { parseArgs } from 'node:util'

export type Options = {
  /** How many mutants are tried, spread over the folders by their size; null: all. */
  sample: number | null
  seed: number
  /** A part of a path, or of a mutator's name; several: any of them. */
  only: string[]
  mutator: string[]
  /**
   * Parts of paths: only these test files are asked. A survivor may then be one that another would notice.
   */
  tests: string[]
  /** Goes on where the last run stopped, where nothing has changed since. */
  resume: boolean
  workers: number
  /** For all tests of one mutant, in seconds. A mutant that survives this time is reported so. */
  budget: number
}

export const USAGE = `usage: npm run mutate -- [--sample N] [--seed S] [--only PATH]... [--mutator NAME]... [--tests PATH]... [--resume] [--workers N] [--budget SECONDS]`

/** @throws Error for what is not an option */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      sample: { type: 'string' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string', multiple: true, default: [] },
      mutator: { type: 'string', multiple: true, default: [] },
      tests: { type: 'string', multiple: true, default: [] },
      resume: { type: 'boolean', default: false },
      workers: { type: 'string', default: '1' },
      budget: { type: 'string', default: '240' },
    },
  })
  return {
    sample: values.sample === undefined ? null : whole('sample', values.sample),
    seed: whole('seed', values.seed),
    only: values.only,
    mutator: values.mutator,
    tests: values.tests,
    resume: values.resume,
    workers: whole('workers', values.workers),
    budget: whole('budget', values.budget),
  }
}

function whole(name: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`--${name} wants a whole number above 0, not "${text}"`)
  return Number(text)
}
