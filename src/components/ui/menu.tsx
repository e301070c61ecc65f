'use client'

import { DropdownMenu as Radix } from 'radix-ui'
import type { ComponentProps, ReactNode } from 'react'
import './style-nonce'

const ITEM =
  'flex min-h-11 items-center rounded-md px-2.5 text-sm outline-none select-none data-disabled:opacity-50 data-highlighted:bg-well sm:min-h-9'

type Props = { trigger: ReactNode; children: ReactNode; align?: 'start' | 'end' }

/**
 * `trigger` is a button; it gets the menu's behaviour. The menu stands beside it in the page, within the same
 * landmark.
 */
export function Menu({ trigger, children, align = 'end' }: Props) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Content
        align={align}
        sideOffset={6}
        collisionPadding={8}
        className="z-30 max-w-80 min-w-44 animate-fade rounded-xl border border-line bg-raised p-1.5 shadow-float"
      >
        {children}
      </Radix.Content>
    </Radix.Root>
  )
}

export function MenuItem({
  danger = false,
  ...rest
}: ComponentProps<typeof Radix.Item> & { danger?: boolean }) {
  return (
    <Radix.Item
      className={`${ITEM} ${danger ? 'text-bad data-highlighted:bg-bad-well' : 'text-ink'}`}
      {...rest}
    />
  )
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <Radix.Label className="px-2.5 py-2 text-sm text-quiet">{children}</Radix.Label>
}

export function MenuSeparator() {
  return <Radix.Separator className="mx-1 my-1.5 h-px bg-line" />
}
