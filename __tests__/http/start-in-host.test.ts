import { standIn } from '@/http/host'
import type * as StartProcess from '@/http/start-process'
import { useDatabase } from '../support/club'

const database = useDatabase()

/** What the framework makes of a module that two of an app's entries import. */
function copyOfStart(): typeof StartProcess.startInHost {
  let start: typeof StartProcess.startInHost | undefined
  jest.isolateModules(() => {
    start = (require('@/http/start-process') as typeof StartProcess).startInHost
  })
  return start!
}

it('started by two modules of an app, the layer sweeps and listens once', async () => {
  standIn({ api: ['/api/v1'], origins: ['https://shop.example'], db: { url: database.url() } })
  const timers = jest.spyOn(globalThis, 'setTimeout')
  // The first sweep is half a minute away or more.
  const begun = () => timers.mock.calls.filter(([, ms = 0]) => ms >= 30_000).length
  const listening = () => process.listenerCount('SIGTERM')
  const before = listening()
  await copyOfStart()({ signals: true })
  expect([begun(), listening()]).toEqual([1, before + 1])
  await Promise.all([copyOfStart()({ signals: true }), copyOfStart()()])
  expect([begun(), listening()]).toEqual([1, before + 1])
  timers.mockRestore()
})
