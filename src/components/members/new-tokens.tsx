'use client'

import { useState } from 'react'
import type { CreatedApiKey } from '@/contracts/api-key'
import { apart } from '@/contracts/unseen'
import { Token, UNSAVED_TOKEN } from '../keys/token'
import { Button } from '../ui/button'
import { Checkbox } from '../ui/checkbox'
import { DialogActions } from '../ui/dialog'
import { useAsking } from '../ui/leaving'
import { Name } from '../ui/name'

/** Tokens of several keys, this once. They stay until the person says that they are saved. */
export function NewTokens({ keys, onDone }: { keys: readonly CreatedApiKey[]; onDone: () => void }) {
  const [saved, setSaved] = useState(false)
  useAsking(saved ? null : keys.length === 1 ? UNSAVED_TOKEN : UNSAVED_TOKENS)
  return (
    <div className="grid gap-5">
      <ul className="grid gap-4">
        {keys.map(({ id, name, key }) => (
          <li key={id} className="grid gap-1.5">
            <span className="text-sm font-medium break-words">
              <Name>{name}</Name>
            </span>
            <Token token={key} label={`The new key “${apart(name)}”`} />
          </li>
        ))}
      </ul>
      <Checkbox
        label={keys.length === 1 ? 'I have saved this key' : 'I have saved these keys'}
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

const UNSAVED_TOKENS = {
  ...UNSAVED_TOKEN,
  title: 'Close without saving the keys?',
  text: 'They are shown only now. Without them, you have to rotate the keys to get others.',
  stay: 'Back to the keys',
}
