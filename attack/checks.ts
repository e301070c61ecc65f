import type { Seen } from './attack'

/** What must hold in one attack: it tells how much did, or what did not. */
export type Checks = {
  /** @param what named as the failure would be read: `its owner revokes it` */
  must: (what: string, seen: unknown, wanted: unknown) => void
  done: (more?: string) => Seen
}

export function checks(): Checks {
  let held = 0
  const faults: string[] = []
  return {
    must: (what, seen, wanted) => {
      const [was, wants] = [JSON.stringify(seen), JSON.stringify(wanted)]
      if (was === wants) held++
      else faults.push(`${what}: ${String(was).slice(0, 300)}, not ${String(wants).slice(0, 200)}`)
    },
    done: (more) => ({
      seen: faults.length > 0 ? faults.slice(0, 5).join('; ') : `${held} held${more ? `; ${more}` : ''}`,
      ok: faults.length === 0 && held > 0,
    }),
  }
}
