'use client'

import Link from 'next/link'
import type { ComponentProps } from 'react'
import { apart } from '@/contracts/unseen'
import { signOutHere } from '../auth/sign-in-calls'
import { useTheme } from '../theme/theme-provider'
import { leaveFor } from '../ui/leaving'
import { Menu, MenuChoices, MenuItem, MenuLabel, MenuSeparator } from '../ui/menu'
import { Name } from '../ui/name'
import { useToast } from '../ui/toast'
import { initials } from './initials'

type Props = { name: string; email: string; severalClubs: boolean }

const THEME_NAMES = [
  { value: 'light', name: 'Light' },
  { value: 'dark', name: 'Dark' },
  { value: 'system', name: 'As the device' },
] as const

export function AccountMenu({ name, email, severalClubs }: Props) {
  const toast = useToast()
  const { theme, choose } = useTheme()
  const leave = async () => {
    if (await signOutHere()) leaveFor('/sign-in')
    else toast('You are still signed in: the server could not do it. Try again.', { refused: true })
  }
  return (
    <Menu trigger={<Trigger name={name} />}>
      <MenuLabel>
        <span className="block truncate font-medium text-ink">
          <Name>{name}</Name>
        </span>
        <span className="block truncate">{email}</span>
      </MenuLabel>
      <MenuSeparator />
      <MenuItem asChild>
        <Link href="/account" prefetch={false}>
          Account
        </Link>
      </MenuItem>
      {severalClubs && (
        <MenuItem asChild>
          <Link href="/clubs" prefetch={false}>
            All clubs
          </Link>
        </MenuItem>
      )}
      <MenuItem asChild>
        <Link href="/docs" prefetch={false}>
          Docs
        </Link>
      </MenuItem>
      <MenuSeparator />
      <MenuChoices label="Theme" chosen={theme} choose={choose} choices={THEME_NAMES} />
      <MenuSeparator />
      <MenuItem onSelect={() => void leave()}>Sign out</MenuItem>
    </Menu>
  )
}

/** Radix hands its props on to the one element here. */
function Trigger({ name, ...menu }: ComponentProps<'button'> & { name: string }) {
  return (
    <button
      type="button"
      {...menu}
      className="-mr-1.5 grid size-11 shrink-0 place-items-center rounded-full sm:-mr-1 sm:size-10"
    >
      <span className="sr-only">Your account: {apart(name)}</span>
      <span
        aria-hidden
        className="grid size-8 place-items-center rounded-full bg-accent-well text-xs font-semibold text-accent"
      >
        {initials(name)}
      </span>
    </button>
  )
}
