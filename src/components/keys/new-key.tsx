'use client'

import { useRef, useState } from 'react'
import type { CreatedApiKey } from '@/contracts/api-key'
import { Button } from '../ui/button'
import { Checkbox } from '../ui/checkbox'
import { CopyButton } from '../ui/copy-button'
import { DialogActions } from '../ui/dialog'
import { Token } from './token'
import { useWarningBeforeLeaving } from './warning-before-leaving'

type Props = { apiKey: CreatedApiKey; origin: string; onDone: () => void }

/** The token, this once. It stays until the person says that it is saved. */
export function NewKey({ apiKey, origin, onDone }: Props) {
  const [saved, setSaved] = useState(false)
  const curl = `curl ${origin}/api/v1/whoami \\\n  -H "Authorization: Bearer ${apiKey.key}"`
  useWarningBeforeLeaving(!saved)
  return (
    <div className="grid gap-4">
      <Token token={apiKey.key} label="The key" look="primary" />
      <Example command={curl} />
      <Checkbox
        label="I have saved this key"
        checked={saved}
        onChange={(event) => setSaved(event.target.checked)}
      />
      <DialogActions>
        <Button look="primary" disabled={!saved} onClick={onDone}>
          Done
        </Button>
      </DialogActions>
    </div>
  )
}

function Example({ command }: { command: string }) {
  const source = useRef<HTMLElement>(null)
  return (
    <div className="grid gap-2">
      <h3 className="text-sm font-medium">Try it</h3>
      <div className="grid gap-2 rounded-lg border border-line bg-well p-3">
        <pre
          tabIndex={0}
          aria-label="Example request"
          className="overflow-x-auto rounded font-mono text-xs leading-relaxed"
        >
          <code ref={source}>{command}</code>
        </pre>
        <div className="flex flex-wrap items-center gap-3">
          <CopyButton text={command} label="Copy command" source={source} />
        </div>
      </div>
    </div>
  )
}
