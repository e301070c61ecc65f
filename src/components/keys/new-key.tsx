'use client'

import { TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import type { CreatedApiKey } from '@/contracts/api-key'
import { Button } from '../ui/button'
import { Checkbox } from '../ui/checkbox'
import { DialogActions } from '../ui/dialog'
import { useAsking } from '../ui/leaving'
import { envFile, keySamples } from './key-samples'
import { SampleTabs } from './sample-tabs'
import { TestCall } from './test-call'
import { Token, UNSAVED_TOKEN } from './token'

type Props = { apiKey: CreatedApiKey; origin: string; onDone: () => void }

/** The token, this once. It stays until the person says that it is saved. */
export function NewKey({ apiKey, origin, onDone }: Props) {
  const [saved, setSaved] = useState(false)
  useAsking(saved ? null : UNSAVED_TOKEN)
  return (
    <div className="grid min-w-0 grid-cols-1 gap-5">
      <div className="grid gap-3 rounded-xl border border-warn/30 bg-warn-well p-4">
        <p className="flex items-start gap-2 text-sm text-warn">
          <TriangleAlert aria-hidden size={17} className="mt-0.5 shrink-0" />
          <span>
            <strong className="font-semibold">You will not see this again.</strong> Save the key now, where
            you keep secrets.
          </span>
        </p>
        <Token token={apiKey.key} label="The key" look="primary" />
        <Button onClick={() => download(envFile(origin, apiKey.key))} className="sm:w-fit">
          Download as .env
        </Button>
      </div>
      {!apiKey.honey && (
        <>
          <TestCall apiKey={apiKey} />
          <SampleTabs samples={keySamples(origin, apiKey.key)} />
        </>
      )}
      <DialogActions>
        <Checkbox
          label="I have saved this key"
          checked={saved}
          onChange={(event) => setSaved(event.target.checked)}
        />
        <Button look="primary" disabled={!saved} onClick={onDone}>
          Done
        </Button>
      </DialogActions>
    </div>
  )
}

/** The address of the file lives no longer than the click. */
function download(text: string): void {
  const href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  const link = Object.assign(document.createElement('a'), { href, download: 'clubkeys.env' })
  link.click()
  URL.revokeObjectURL(href)
}
