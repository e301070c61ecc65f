'use client'

import { KeyCount } from '../keys/key-count'
import { roleNames } from '../role-names'
import { Badge } from '../ui/badge'
import { ACTIONS, Cell, MenuCell, Row, Table } from '../ui/table'
import { When } from '../when'
import { useWords } from '../words'
import { ServiceAccountMenu, type AccountCommand } from './account-menu'
import type { ListedAccount } from './actions'

type Props = {
  accounts: ListedAccount[]
  /** For whom the viewer can make keys: user ids. */
  mayMakeFor: ReadonlySet<string>
  /** The address of the club's keys. */
  keysPath: string
  run: (command: AccountCommand, account: ListedAccount) => void
}

export function AccountsTable({ accounts, mayMakeFor, keysPath, run }: Props) {
  const words = useWords()
  return (
    <Table label="Service accounts" columns={['Name', 'Roles', 'Status', 'Live keys', 'Created', ACTIONS]}>
      {accounts.map((account) => (
        <Row key={account.id}>
          <Cell className="max-md:col-span-full max-md:pr-10 md:max-w-72">
            <span className="block truncate font-medium">
              <bdi title={account.user.name}>{account.user.name}</bdi>
            </span>
          </Cell>
          <Cell label="Roles">{roleNames(words.roles, account.roles)}</Cell>
          <Cell label="Status">
            <Badge tone={account.status === 'ACTIVE' ? 'good' : 'warn'}>
              {account.status === 'ACTIVE' ? 'Active' : 'Suspended'}
            </Badge>
          </Cell>
          <Cell label="Live keys" className="tabular-nums">
            <KeyCount count={account.keys} owner={account.user} keysPath={keysPath} />
          </Cell>
          <Cell label="Created">
            <When at={account.createdAt} />
          </Cell>
          <MenuCell>
            <ServiceAccountMenu
              account={account}
              mayMakeKey={mayMakeFor.has(account.user.id)}
              run={(command) => run(command, account)}
            />
          </MenuCell>
        </Row>
      ))}
    </Table>
  )
}
