/**
 * Bounds how many acts run at once; the others wait in their order. What is sent by the dozen must not take the
 * database's connections from those who call.
 */
export function fewAtOnce(most: number): <Result>(act: () => Promise<Result>) => Promise<Result> {
  let free = most
  const waiting: (() => void)[] = []
  return async (act) => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await act()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free++
    }
  }
}
