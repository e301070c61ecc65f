'use client'

import { ArrowLeft, Ellipsis } from 'lucide-react'
import Link from 'next/link'
import type { Webhook } from '@/contracts/webhook'
import { Button } from '../ui/button'
import { Menu, MenuItem, MenuSeparator } from '../ui/menu'
import type { WebhookCommand } from './use-webhook-commands'
import { WebhookStatus } from './webhook-status'

type Props = { webhook: Webhook; list: string; run: (command: WebhookCommand) => void }

/** Which webhook this is, and what can be done with it. */
export function WebhookHead({ webhook, list, run }: Props) {
  return (
    <div className="grid grid-cols-1 gap-2">
      <Link
        href={list}
        prefetch={false}
        className="-my-2 flex w-fit items-center gap-1.5 rounded py-2 text-sm text-quiet hover:text-ink"
      >
        <ArrowLeft aria-hidden size={15} /> Webhooks
      </Link>
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-4">
        <div className="grid min-w-0 grid-cols-1 gap-1">
          <h1 className="text-2xl font-semibold tracking-tight wrap-anywhere">
            {webhook.url.replace(/^https:\/\//, '')}
          </h1>
          <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-quiet">
            <WebhookStatus status={webhook.status} />
            <span className="min-w-0 wrap-anywhere">{webhook.description}</span>
          </p>
        </div>
        <Commands webhook={webhook} run={run} />
      </div>
    </div>
  )
}

function Commands({ webhook: { status }, run }: Omit<Props, 'list'>) {
  const disabled = status === 'disabled'
  return (
    <div className="flex items-center gap-2">
      {disabled ? (
        <Button look="primary" onClick={() => run('enable')}>
          Enable
        </Button>
      ) : (
        <Button onClick={() => run('test')}>Send test event</Button>
      )}
      <Menu
        trigger={
          <button
            type="button"
            aria-label="Actions for this webhook"
            className="grid size-11 place-items-center rounded-lg text-quiet hover:bg-well hover:text-ink data-[state=open]:bg-well sm:size-9"
          >
            <Ellipsis aria-hidden size={18} />
          </button>
        }
      >
        <MenuItem onSelect={() => run('edit')}>Edit…</MenuItem>
        {!disabled && <MenuItem onSelect={() => run('disable')}>Disable</MenuItem>}
        <MenuSeparator />
        <MenuItem danger onSelect={() => run('delete')}>
          Delete…
        </MenuItem>
      </Menu>
    </div>
  )
}
