'use client'

import { Check } from 'lucide-react'
import { DropdownMenu as Radix } from 'radix-ui'
import { useEffect, useRef, type ComponentProps, type ReactElement, type ReactNode } from 'react'
import './style-nonce'

// What `menu.tsx` fetches when somebody is about to open a menu.

const ITEM =
  'flex min-h-11 items-center rounded-md px-2.5 text-sm outline-none select-none data-disabled:opacity-50 data-highlighted:bg-well sm:min-h-9'

type Props = {
  trigger: ReactElement
  children: ReactNode
  align: 'start' | 'end'
  /** Whether it is opened by a key: then its first item has the focus. */
  byKey: boolean
}

/** Open from the start, in place of the button that was pressed. It stands beside it, in the same landmark. */
export function RadixMenu({ trigger, children, align, byKey }: Props) {
  const content = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // Radix does that by itself only for keys that it has seen.
    if (byKey) content.current?.querySelector<HTMLElement>('[role^="menuitem"]:not([data-disabled])')?.focus()
  }, [byKey])
  return (
    <Radix.Root modal={false} defaultOpen>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Content
        ref={content}
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

export type ItemProps = ComponentProps<typeof Radix.Item> & { danger?: boolean }

export function RadixItem({ danger = false, ...rest }: ItemProps) {
  return (
    <Radix.Item
      className={`${ITEM} ${danger ? 'text-bad data-highlighted:bg-bad-well' : 'text-ink'}`}
      {...rest}
    />
  )
}

export type ChoicesProps<Value extends string> = {
  label: string
  chosen: Value
  choose: (value: Value) => void
  choices: readonly { value: Value; name: string }[]
}

/** The menu stays open, so that one sees what a choice does. */
export function RadixChoices<Value extends string>({ label, chosen, choose, choices }: ChoicesProps<Value>) {
  return (
    <Radix.RadioGroup
      value={chosen}
      onValueChange={(value) => choose(value as Value)}
      aria-label={label}
      className="grid"
    >
      <Radix.Label className="px-2.5 pt-1.5 pb-1 text-xs font-medium text-quiet">{label}</Radix.Label>
      {choices.map(({ value, name }) => (
        <Radix.RadioItem
          key={value}
          value={value}
          onSelect={(event) => event.preventDefault()}
          className={`${ITEM} justify-between text-ink`}
        >
          {name}
          <Radix.ItemIndicator>
            <Check aria-hidden size={15} className="text-accent" />
          </Radix.ItemIndicator>
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  )
}

export function RadixLabel({ children }: { children: ReactNode }) {
  return <Radix.Label className="px-2.5 py-2 text-sm text-quiet">{children}</Radix.Label>
}

export function RadixSeparator() {
  return <Radix.Separator className="mx-1 my-1.5 h-px bg-line" />
}
