/**
 * Does in one act what is asked for while the act before is under way: with nothing to wait for, each at once.
 * Where it fails, it fails for all of them.
 * @param most so many in one act
 * @param act gives a result for each, in their order
 */
export function together<Item, Result>(
  most: number,
  act: (items: readonly Item[]) => Promise<readonly Result[]>,
): (item: Item) => Promise<Result> {
  type Asked = { item: Item; resolve: (result: Result) => void; reject: (error: unknown) => void }
  const waiting: Asked[] = []
  let acting = false

  const actForAll = async () => {
    acting = true
    // What ends in the same moment comes along.
    await Promise.resolve()
    for (let some = waiting.splice(0, most); some.length > 0; some = waiting.splice(0, most))
      try {
        const results = await act(some.map(({ item }) => item))
        some.forEach(({ resolve }, n) => resolve(results[n] as Result))
      } catch (error) {
        for (const { reject } of some) reject(error)
      }
    acting = false
  }
  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      if (!acting) void actForAll()
    })
}
