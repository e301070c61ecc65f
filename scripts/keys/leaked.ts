import { reportLeaks } from '@/lib/leaks/report-leaks'
import { actorFor } from '../cli/club'
import { options, print } from '../cli/command'
import { readToken } from '../cli/find'
import { common } from './describe'

export const LEAKED_USAGE = `  leaked  [--source TEXT] [--url TEXT]             does to the key of a token what the club's policy says of leaks: reads the token
                                                   from stdin; exit 1 when that is no live key's of the club`

/** An operator says that a token was found where others can read it. It comes by stdin, as for `find`. */
export async function leaked(args: string[]): Promise<number> {
  const given = options(args, { ...common, source: { type: 'string' }, url: { type: 'string' } })
  const actor = await actorFor(given.club)
  const token = await readToken('leaked')
  const finder = { label: 'An operator', actorIn: () => actor, clubId: actor.clubId }
  const leak = { token, source: given.source, url: given.url }
  const [outcome] = await reportLeaks([leak], finder, Infinity)
  if (!outcome?.acted) {
    print(given.json, { acted: false, keyId: outcome?.keyId ?? null }, '')
    process.stderr.write('It is no live key of this club, or was reported within a day: nothing was done.\n')
    return 1
  }
  print(
    given.json,
    outcome,
    `${outcome.keyId}  is dealt with as the club's policy says: npm run -s keys -- show --club ${given.club} --id ${outcome.keyId}`,
  )
  return 0
}
