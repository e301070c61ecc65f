import { currentlyReceived } from './incoming'

/** Shorter answers cost more to compress than to send, in characters. */
const WORTH_IT = 1_024

/**
 * Lets the framework compress the answer to the current message, for a client that takes gzip. The framework
 * sets a handler's content type as a list of one, in which its own compression finds no type (Next.js 16.4).
 * @param length of the answer; a stream has none
 */
export function letCompress(length = Infinity): void {
  const response = length < WORTH_IT ? undefined : currentlyReceived()?.response
  if (!response) return
  const setHeader = response.setHeader.bind(response)
  response.setHeader = (name, value) =>
    setHeader(name, Array.isArray(value) && value.length === 1 && isType(name) ? String(value[0]) : value)
}

const isType = (name: string): boolean => name.toLowerCase() === 'content-type'
