'use client'

import type { CreatedApiKey } from '@/contracts/api-key'
import { Button } from '../ui/button'
import { ShownOnce } from '../ui/shown-once'
import { envFile, keySamples } from './key-samples'
import { SampleTabs } from './sample-tabs'
import { TestCall } from './test-call'
import { Token, UNSAVED_TOKEN } from './token'

type Props = { apiKey: CreatedApiKey; origin: string; onDone: () => void }

/** The token of a new key, in the forms in which it is used. */
export function NewKey({ apiKey, origin, onDone }: Props) {
  return (
    <ShownOnce
      what="key"
      where="where you keep secrets"
      unsaved={UNSAVED_TOKEN}
      secret={
        <>
          <Token token={apiKey.key} label="The key" look="primary" />
          <Button onClick={() => download(envFile(origin, apiKey.key))} className="sm:w-fit">
            Download as .env
          </Button>
        </>
      }
      onDone={onDone}
    >
      {!apiKey.honey && (
        <>
          <TestCall apiKey={apiKey} />
          <SampleTabs samples={keySamples(origin, apiKey.key)} />
        </>
      )}
    </ShownOnce>
  )
}

/** The address of the file lives no longer than the click. */
function download(text: string): void {
  const href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  const link = Object.assign(document.createElement('a'), { href, download: 'clubkeys.env' })
  link.click()
  URL.revokeObjectURL(href)
}
