'use client'

import {
  cloneElement,
  useState,
  type ComponentProps,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
} from 'react'
import type { ChoicesProps, ItemProps } from './menu-parts'

// Menus are a seventh of a page's script, and most visits open none: their parts come when somebody points at
// one. What is within a menu is rendered only once they are there.

let parts: typeof import('./menu-parts') | null = null
const load = async () => (parts ??= await import('./menu-parts'))

type Trigger = ReactElement<ComponentProps<'button'>>
type Props = { trigger: Trigger; children: ReactNode; align?: 'start' | 'end' }

/** `trigger` is a button; it gets the menu's behaviour. */
export function Menu({ trigger, children, align = 'end' }: Props) {
  const [opened, setOpened] = useState<{ byKey: boolean } | null>(null)
  const open = (byKey: boolean) =>
    void load().then(
      () => setOpened({ byKey }),
      // The network is away: pressed again, it is asked for again.
      () => undefined,
    )
  if (opened && parts) {
    return (
      <parts.RadixMenu trigger={trigger} align={align} byKey={opened.byKey}>
        {children}
      </parts.RadixMenu>
    )
  }
  const fetchParts = () => void load().catch(() => undefined)
  return cloneElement(trigger, {
    'aria-haspopup': 'menu',
    'aria-expanded': false,
    onPointerEnter: fetchParts,
    onFocus: fetchParts,
    // Enter and Space click, too: then no pointer was pressed.
    onClick: (event) => open(event.detail === 0),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== 'ArrowDown') return
      event.preventDefault()
      open(true)
    },
  })
}

export const MenuItem = (item: ItemProps) => parts && <parts.RadixItem {...item} />

/** One of several. */
export const MenuChoices = <Value extends string>(choices: ChoicesProps<Value>) =>
  parts && <parts.RadixChoices {...choices} />

export const MenuLabel = ({ children }: { children: ReactNode }) =>
  parts && <parts.RadixLabel>{children}</parts.RadixLabel>

export const MenuSeparator = () => parts && <parts.RadixSeparator />
