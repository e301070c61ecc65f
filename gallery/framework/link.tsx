import type { ComponentProps } from 'react'

type Props = ComponentProps<'a'> & { prefetch?: boolean; replace?: boolean; scroll?: boolean }

/** What components ask of the framework's links. Here they lead nowhere: there is no server behind them. */
export default function Link({ prefetch: _, replace: _r, scroll: _s, onClick, ...rest }: Props) {
  return (
    <a
      {...rest}
      onClick={(event) => {
        event.preventDefault()
        onClick?.(event)
      }}
    />
  )
}

export const useLinkStatus = () => ({ pending: false })
