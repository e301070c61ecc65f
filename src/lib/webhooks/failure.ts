/** `answer`: something answered, and it was no success. */
type Kind = 'address' | 'dns' | 'connect' | 'tls' | 'timeout' | 'answer'

/** Nothing arrived, or nobody knows whether it did. The message is for the club's admins to read. */
export class SendFailure extends Error {
  override name = 'SendFailure'
  constructor(
    readonly kind: Kind,
    message: string,
  ) {
    super(message)
  }
}
