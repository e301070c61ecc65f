import { host } from '@/http/host'
import { guestSettings } from '@/lib/env'
import { provideSettings, type Settings } from '@/lib/settings'

let made: { of: ReturnType<typeof host>; settings: Settings } | undefined

// What the app does not say is taken from the environment, by the names in the docs.
provideSettings(() => {
  const of = host()
  if (made?.of === of) return made.settings
  const { origins, db } = of
  const settings = guestSettings({ tellsOrigins: origins !== undefined, ...(db && { db }) })
  made = { of, settings }
  return settings
})
