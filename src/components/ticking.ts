import { lookAgainIn } from './moment'

type Followed = { at: string; onTick: () => void }

const followed = new Set<Followed>()
let timer: ReturnType<typeof setTimeout> | undefined
/** When it ends, in milliseconds since 1970. */
let due = Infinity

/**
 * Calls as often as what is said of a moment may change. One timer serves the whole page; it goes by the
 * moment that is nearest to now, so that a page of old ones hardly wakes.
 * @returns ends it
 */
export function follow(at: string, onTick: () => void): () => void {
  const one = { at, onTick }
  if (followed.size === 0) document.addEventListener('visibilitychange', tickWhenSeen)
  followed.add(one)
  tickBefore(Date.now() + lookAgainIn(at, Date.now()))
  return () => {
    followed.delete(one)
    if (followed.size > 0) return
    document.removeEventListener('visibilitychange', tickWhenSeen)
    stop()
  }
}

/** A page in the background is woken late, or not at all. */
function tickWhenSeen(): void {
  if (document.visibilityState === 'visible') tick()
}

function tick(): void {
  stop()
  for (const { onTick } of followed) onTick()
  const now = Date.now()
  tickBefore(now + Math.min(...[...followed].map(({ at }) => lookAgainIn(at, now))))
}

function tickBefore(time: number): void {
  if (time >= due) return
  stop()
  due = time
  timer = setTimeout(tick, time - Date.now())
}

function stop(): void {
  clearTimeout(timer)
  due = Infinity
}
