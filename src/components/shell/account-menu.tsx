'use client'

import { ChevronDown } from 'lucide-react'
import Link from 'next/link'
import { useSession } from '../session/context'
import { signOutHere } from '../session/sign-out'
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '../ui/menu'

type Props = { name: string; email: string; severalClubs: boolean }

export function AccountMenu({ name, email, severalClubs }: Props) {
  const { say } = useSession()
  const leave = async () => {
    if (await signOutHere()) location.assign('/sign-in')
    else say('You are still signed in: the server could not do it. Try again.')
  }
  return (
    <Menu
      trigger={
        <button
          type="button"
          className="-mr-2 flex h-11 max-w-40 items-center gap-1.5 rounded-lg px-2 text-sm font-medium hover:bg-well sm:h-9 sm:max-w-56"
        >
          <span className="sr-only">Your account: </span>
          <span className="truncate">{name}</span>
          <ChevronDown aria-hidden size={15} className="shrink-0 text-quiet" />
        </button>
      }
    >
      <MenuLabel>
        <span className="block truncate">{email}</span>
      </MenuLabel>
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
      <MenuSeparator />
      <MenuItem onSelect={() => void leave()}>Sign out</MenuItem>
    </Menu>
  )
}
