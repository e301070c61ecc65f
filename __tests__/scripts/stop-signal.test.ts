import { aborted } from '../../scripts/start/stop-signal'

it('a start that was told to stop before it waits for that stops', async () => {
  const early = new AbortController()
  early.abort()
  await aborted(early.signal)
})

it('and so does one that is told later, and no other', async () => {
  const late = new AbortController()
  let stopped = false
  const stopping = aborted(late.signal).then(() => (stopped = true))
  await new Promise(setImmediate)
  expect(stopped).toBe(false)
  late.abort()
  await stopping
})
