'use client'

import { KeyCount } from '../keys/key-count'
import { roleNames } from '../role-names'
import { Badge } from '../ui/badge'
import { ACTIONS, Cell, Row, Table } from '../ui/table'
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
    <div className="xl:overflow-hidden xl:rounded-xl xl:border xl:border-line xl:bg-raised xl:pt-3">
      <Table label="Service accounts" columns={['Name', 'Roles', 'Status', 'Live keys', 'Created', ACTIONS]}>
        {accounts.map((account) => (
          <Row key={account.id}>
            <Cell className="max-xl:col-span-full max-xl:pr-10 xl:max-w-72">
              <span className="block truncate font-semibold max-xl:text-base">
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
            <Cell className="max-xl:absolute max-xl:top-1.5 max-xl:right-1.5 xl:w-8 xl:py-2! xl:text-right">
              <ServiceAccountMenu
                account={account}
                mayMakeKey={mayMakeFor.has(account.user.id)}
                run={(command) => run(command, account)}
              />
            </Cell>
          </Row>
        ))}
      </Table>
    </div>
  )
}
